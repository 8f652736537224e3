global using IoMerge.Testing;
global using IoMerge.Testing.Processes;
global using Xunit;
