using IoMerge.Mount.Commands;
using IoMerge.Mount.Configuration;
using IoMerge.Scheduler;
using IoMerge.Testing;

namespace IoMerge.Mount.Tests.Configuration;

/// <summary>docs/configuration.md says of each setting what the code says: unit, default, rule and purpose.</summary>
public sealed class DocumentationTests
{
    private static readonly string[] s_lines =
        [.. File.ReadAllLines(RepositoryRoot.Combine("docs", "configuration.md")).Select(line => line.Trim())];

    public static TheoryData<string> Sections =>
        [.. OptionsReader.CommonTables.Select(t => t.Section), "Volumes:NAME",
            .. BackendKinds.All.Select(kind => "Backend " + kind.Name),
            .. DecoratorKinds.All.Select(kind => "Decorator " + kind.Name)];

    [Theory]
    [MemberData(nameof(Sections))]
    public void Documentation_OfASection_HasARowForEachSettingAndNoOther(string section)
    {
        string[] expected = [.. Table(section).Knobs.Select(Row)];

        string[] found = [.. s_lines.SkipWhile(line => !IsHeading(line, section)).Skip(1)
            .TakeWhile(line => !line.StartsWith('#')).Where(line => line.StartsWith("| `", StringComparison.Ordinal))];

        Assert.Equal(expected, found);
    }

    [Fact]
    public void Documentation_NamesEveryPolicyWithItsUse()
    {
        Assert.Equal(DispatchPolicyFactory.Names, PolicyCatalog.All.Select(policy => policy.Name));
        Assert.All(PolicyCatalog.All, policy => Assert.Contains(
            s_lines, line => line == $"| `{policy.Name}` | {policy.Summary} | {policy.WhenToUse} |"));
    }

    [Fact]
    public void Documentation_HasTheGrammarOfVolumes() => Assert.All(
        VolumeSpec.Grammar.Split('\n', StringSplitOptions.TrimEntries), line => Assert.Contains(line, s_lines));

    [Fact]
    public void Catalog_LeavesNoKnobOut()
    {
        IEnumerable<KnobInfo> shown = PolicyCatalog.All
            .SelectMany(policy => policy.Knobs).Concat(PolicyCatalog.CommonKnobs);

        Assert.Equal(
            SchedulerKnobs.Table.Knobs.Where(knob => knob.Name != "Policy").Select(knob => knob.Name).Order(),
            shown.Select(knob => knob.Name).Order());
    }

    private static string Row(KnobInfo knob)
    {
        string value = knob.Default.Length == 0 ? "empty" : $"`{knob.Default}`";
        return $"| `{knob.Name}` | {knob.Unit} | {value} | {knob.Rule} | {knob.Purpose} |";
    }

    private static bool IsHeading(string line, string section) =>
        line.StartsWith('#') && line.TrimStart('#', ' ') == $"`{section}`";

    private static IKnobTable Table(string section)
    {
        if (section == "Volumes:NAME")
            return VolumeKnobs.Table;
        string[] words = section.Split(' ');
        return words.Length == 1
            ? OptionsReader.CommonTables.Single(t => t.Section == section).Table
            : (words[0] == "Backend" ? BackendKinds.All : DecoratorKinds.All)
                .Single(kind => kind.Name == words[1]).Table;
    }
}
