using System.CommandLine;
using IoMerge.Mount.Configuration;

namespace IoMerge.Mount.Commands;

/// <summary>Rules about arguments that the parser does not have.</summary>
internal static class ArgumentRules
{
    /// <summary>
    /// Refuses a word that looks like an option where a path is expected: the parser would take a misspelt option for
    /// the path. (A path that begins with a hyphen is written as ./-path.)
    /// </summary>
    public static void RefuseOptions(Command command, Argument path) => path.Validators.Add(result =>
    {
        foreach (string word in result.Tokens.Select(token => token.Value).Where(word => word.StartsWith('-')))
        {
            string[] known = [.. command.Options.Select(option => option.Name)];
            string meant = NearestName.Find(word, known) is { } near ? $" Did you mean {near}?" : "";
            result.AddError($"Unrecognized option '{word}'.{meant}");
        }
    });
}
