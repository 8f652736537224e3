using System.Text;
using System.Text.Json.Nodes;
using IoMerge.Mount.Configuration;

namespace IoMerge.Mount.Tests.Configuration;

/// <summary>Configurations derived from the shipped one by damage: none may end in an exception or be taken.</summary>
public sealed class MalformedConfigurationTests
{
    private static readonly (string Name, Func<JsonNode?> Make)[] s_wrongValues =
    [
        ("a number below all ranges", () => JsonValue.Create(-7)),
        ("a huge number", () => JsonValue.Create(1e300)),
        ("a fraction", () => JsonValue.Create(0.5)),
        ("a word", () => JsonValue.Create("no such thing, \0 it is")),
        ("null", () => null),
        ("a list", () => new JsonArray(1, 2)),
        ("an object", () => new JsonObject { ["x"] = 1 }),
        ("a list of lists", () => new JsonArray(new JsonArray(new JsonArray()))),
    ];

    [Fact]
    public void Value_OfEveryWrongKind_IsRefusedAndTheKeyNamed()
    {
        int tried = 0;
        foreach (string path in Leaves(JsonNode.Parse(ConfigurationTesting.AppSettings)!, ""))
        {
            foreach ((string name, Func<JsonNode?> make) in s_wrongValues)
            {
                // These are names that the user chooses; a number is one.
                if (path is "Mount:MountPoint" or "Mount:FsName" or "Mount:Summary" or "Mount:Record"
                    && make() is JsonValue number
                    && number.GetValueKind() == System.Text.Json.JsonValueKind.Number)
                    continue;
                JsonNode root = JsonNode.Parse(ConfigurationTesting.AppSettings)!;
                Replace(root, path, make());
                ConfigurationResult result = ConfigurationTesting.LoadText(root.ToJsonString());
                tried++;
                Assert.True(result.Options is null, $"{path} was taken as {name}");
                Assert.True(
                    result.Faults.Any(fault => fault.Key.StartsWith(path, StringComparison.Ordinal)),
                    $"{path} as {name}: no fault names it: {string.Join("; ", result.Faults)}");
            }
        }
        Assert.True(tried >= 250, $"only {tried}");
    }

    [Fact]
    public void Key_WithATypingError_IsRefusedAndNamed()
    {
        int tried = 0;
        foreach (string path in Leaves(JsonNode.Parse(ConfigurationTesting.AppSettings)!, ""))
        {
            // Below LogLevel any category may be named.
            if (path.Contains("LogLevel", StringComparison.Ordinal))
                continue;
            string[] typos = [path + "x", path + "_", path[..^1], path.Insert(path.Length - 1, "q")];
            foreach (string damaged in typos)
            {
                JsonNode root = JsonNode.Parse(ConfigurationTesting.AppSettings)!;
                JsonNode? value = Take(root, path);
                Put(root, damaged, value);
                ConfigurationResult result = ConfigurationTesting.LoadText(root.ToJsonString());
                tried++;
                Assert.Contains(result.Faults, fault => fault.Key == damaged);
            }
        }
        Assert.True(tried >= 120, $"only {tried}");
    }

    [Fact]
    public void Text_CutAnywhere_IsRefusedWithLineAndPosition()
    {
        byte[] text = Encoding.UTF8.GetBytes(ConfigurationTesting.AppSettings.TrimEnd());
        for (int length = 0; length < text.Length; length += 7)
        {
            using var file = new TemporaryFile(text[..length]);
            ConfigurationResult result = ConfigurationTesting.Load(
                new CommandLineSettings { ConfigFile = file.Path, Volumes = [ConfigurationTesting.MinimalVolume] });
            ConfigurationFault fault = Assert.Single(result.Faults);
            Assert.Equal(file.Path, fault.Key);
            Assert.Matches("line [0-9]+, position [0-9]+", fault.Rule);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("\"text\"")]
    [InlineData("{\"Scheduler\": 5}")]
    [InlineData("{\"Scheduler\": []}")]
    [InlineData("{\"Scheduler\": [1]}")]
    [InlineData("{\"Volumes\": {\"\": {\"Backend\": {\"Kind\": \"memory\"}}}}")]
    [InlineData("{\"Volumes\": {\"a/b\": {\"Backend\": {\"Kind\": \"memory\"}}}}")]
    [InlineData("{\"Volumes\": {\"..\": {\"Backend\": {\"Kind\": \"memory\"}}}}")]
    [InlineData("{\"Volumes\": {\"a\": {\"Backend\": {\"Kind\": \"memory\"}}, \"A\": {\"Mode\": \"0600\"}}}")]
    [InlineData("{\"Volumes\": {\"a\": {}}}")]
    [InlineData("{\"Volumes\": {\"a\": {\"Backend\": {\"Kind\": \"file\"}}}}")]
    [InlineData("{\"Volumes\": {\"a\": {\"Backend\": {\"Kind\": \"block\", \"Path\": \"\"}}}}")]
    [InlineData("{\"Volumes\": 1}")]
    [InlineData("{\"Volumes\": {}}")]
    public void Configuration_WithoutSense_IsRefused(string json)
    {
        ConfigurationResult result = ConfigurationTesting.LoadText(json);

        Assert.Null(result.Options);
        Assert.NotEmpty(result.Faults);
        Assert.All(result.Faults, fault => Assert.DoesNotContain('\n', fault.ToString()));
    }

    [Fact]
    public void VolumeName_TooLong_IsRefused() => Assert.NotEmpty(ConfigurationTesting.LoadText(
        $"{{\"Volumes\": {{\"{new string('ä', 128)}\": {{\"Backend\": {{\"Kind\": \"memory\"}}}}}}}}").Faults);

    [Fact]
    public void Bytes_AtRandom_AreRefusedWithoutException()
    {
        var random = new Random(20_260_101);
        for (int round = 0; round < 300; round++)
        {
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            using var file = new TemporaryFile(bytes);
            Assert.NotEmpty(ConfigurationTesting.Load(new CommandLineSettings { ConfigFile = file.Path }).Faults);
        }
    }

    [Fact]
    public void Byte_ChangedAtRandom_NeverEndsInAnException()
    {
        var random = new Random(4711);
        byte[] text = Encoding.UTF8.GetBytes(ConfigurationTesting.AppSettings);
        for (int round = 0; round < 600; round++)
        {
            byte[] damaged = [.. text];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            using var file = new TemporaryFile(damaged);
            ConfigurationResult result = ConfigurationTesting.Load(new CommandLineSettings { ConfigFile = file.Path });
            Assert.True(result.Options is null == result.Faults.Count > 0);
        }
    }

    [Fact]
    public void File_TooLarge_IsRefused()
    {
        using var file = new TemporaryFile(new byte[(1 << 20) + 1]);

        ConfigurationFault fault = ConfigurationTesting.Load(
            new CommandLineSettings { ConfigFile = file.Path }).Faults[0];

        Assert.Contains("larger", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void File_Missing_IsRefusedByName()
    {
        ConfigurationFault fault = Assert.Single(
            ConfigurationTesting.Load(new CommandLineSettings { ConfigFile = "/nonexistent/x.json" }).Faults);

        Assert.Equal("/nonexistent/x.json", fault.Key);
        Assert.Contains("does not exist", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void File_ThatIsADirectory_IsRefusedByName() => Assert.Contains("directory",
        Assert.Single(ConfigurationTesting.Load(new CommandLineSettings { ConfigFile = "/tmp" }).Faults).Rule,
        StringComparison.Ordinal);

    private static IEnumerable<string> Leaves(JsonNode node, string path)
    {
        foreach ((string key, JsonNode? value) in node.AsObject())
        {
            string here = path.Length == 0 ? key : $"{path}:{key}";
            if (value is JsonObject below)
            {
                foreach (string leaf in Leaves(below, here))
                    yield return leaf;
            }
            else if (value is JsonValue)
                yield return here;
        }
    }

    private static (JsonObject Parent, string Name) Find(JsonNode root, string path)
    {
        string[] names = path.Split(':');
        JsonObject node = root.AsObject();
        foreach (string name in names[..^1])
            node = node[name]!.AsObject();
        return (node, names[^1]);
    }

    private static void Replace(JsonNode root, string path, JsonNode? value)
    {
        (JsonObject parent, string name) = Find(root, path);
        parent[name] = value;
    }

    private static JsonNode? Take(JsonNode root, string path)
    {
        (JsonObject parent, string name) = Find(root, path);
        JsonNode? value = parent[name]?.DeepClone();
        parent.Remove(name);
        return value;
    }

    private static void Put(JsonNode root, string path, JsonNode? value) => Replace(root, path, value);
}
