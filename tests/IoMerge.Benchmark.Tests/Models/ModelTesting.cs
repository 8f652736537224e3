using IoMerge.Benchmark.Models;

namespace IoMerge.Benchmark.Tests.Models;

/// <summary>Shortens what model tests say again and again.</summary>
internal static class ModelTesting
{
    internal const long Us = 1_000;
    internal const long Ms = 1_000_000;

    internal static void Read(this IDeviceModel model, int id, long offset, long length, long nowNs) =>
        model.Submit(new DeviceOperation(id, DeviceWork.Read, offset, length), nowNs);

    internal static void Write(this IDeviceModel model, int id, long offset, long length, long nowNs) =>
        model.Submit(new DeviceOperation(id, DeviceWork.Write, offset, length), nowNs);

    internal static void Command(this IDeviceModel model, int id, long nowNs) =>
        model.Submit(new DeviceOperation(id, DeviceWork.Command, 0, 0), nowNs);

    /// <summary>Ends the next operation and says when it ended, and which it was.</summary>
    internal static (int Id, long AtNs) Next(this IDeviceModel model)
    {
        long atNs = model.NextCompletionNs;
        return (model.TakeCompleted(), atNs);
    }
}
