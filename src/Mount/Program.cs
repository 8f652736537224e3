using IoMerge.Mount.Commands;

return await CommandLine.RunAsync(args).ConfigureAwait(false);
