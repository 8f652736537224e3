namespace IoMerge.EndToEnd.Tests.Harness;

/// <summary>The combinations that every data-path test runs through.</summary>
public static class Matrix
{
    public static readonly string[] DirectModes = ["Parallel", "AsyncSplit"];
    public static readonly string[] Policies = ["None", "Fifo", "Scan", "Deadline"];
    public static readonly StoreKind[] Stores = Enum.GetValues<StoreKind>();

    /// <summary>Each store in each direct mode under each policy.</summary>
    public static TheoryData<StoreKind, string, string> All()
    {
        TheoryData<StoreKind, string, string> data = [];
        foreach (StoreKind store in Stores)
        foreach (string mode in DirectModes)
        foreach (string policy in Policies)
            data.Add(store, mode, policy);
        return data;
    }

    /// <summary>Each store.</summary>
    public static TheoryData<StoreKind> EachStore() => [.. Stores];

    /// <summary>Each direct mode under each policy.</summary>
    public static TheoryData<string, string> ModesAndPolicies()
    {
        TheoryData<string, string> data = [];
        foreach (string mode in DirectModes)
        foreach (string policy in Policies)
            data.Add(mode, policy);
        return data;
    }

    /// <summary>The same on stores that outlive the server, which take turns.</summary>
    public static TheoryData<StoreKind, string, string> ModesAndPoliciesOnStores()
    {
        StoreKind[] stores = [StoreKind.DirectFile, StoreKind.LoopDevice, StoreKind.PageCacheFile];
        TheoryData<StoreKind, string, string> data = [];
        foreach (string mode in DirectModes)
        foreach (string policy in Policies)
            data.Add(stores[data.Count % stores.Length], mode, policy);
        return data;
    }

    /// <summary>Each store that outlives the server in each direct mode under each policy.</summary>
    public static TheoryData<StoreKind, string, string> AllLasting()
    {
        TheoryData<StoreKind, string, string> data = [];
        foreach (TheoryDataRow<StoreKind, string, string> row in All())
        {
            if (row.Data.Item1 != StoreKind.Memory)
                data.Add(row);
        }
        return data;
    }

    /// <summary>Each store in each direct mode, under the default policy.</summary>
    public static TheoryData<StoreKind, string> StoresAndModes()
    {
        TheoryData<StoreKind, string> data = [];
        foreach (StoreKind store in Stores)
        foreach (string mode in DirectModes)
            data.Add(store, mode);
        return data;
    }

    /// <summary>Each store that outlives the server.</summary>
    public static TheoryData<StoreKind> LastingStores() =>
        [.. Stores.Where(store => store != StoreKind.Memory)];

    internal static IEnumerable<string> Arguments(string mode, string policy) =>
        ["--policy", policy, .. Mode(mode)];

    internal static IEnumerable<string> Mode(string mode) => ["--set", $"Fuse:DirectMode={mode}"];
}
