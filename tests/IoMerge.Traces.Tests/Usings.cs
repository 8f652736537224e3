global using IoMerge.Backends;
global using IoMerge.Traces.Tests.Support;
