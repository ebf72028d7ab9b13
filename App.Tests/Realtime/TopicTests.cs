using System.Reflection;
using Inbox.Realtime;

namespace Inbox.Tests.Realtime;

/// <summary>Whoever watches a topic names its tenant; what is known by an id alone could be watched by guessing.</summary>
public sealed class TopicTests
{
    private const long Tenant = 711;

    /// <summary>Of no business, each with the reason.</summary>
    private static readonly Dictionary<string, string> InstallationWide = new(StringComparer.Ordinal)
    {
        [nameof(Topics.User)] = "a person has one account in all their businesses; only their own sessions and circuits watch it",
        [nameof(Topics.Deliveries)] = "the ledger of what could not be routed, for those who run the installation; it says only that something changed",
        [nameof(Topics.Sends)] = "sending was stopped or let go for everybody; it says only that",
    };

    [Fact]
    public void Every_topic_starts_with_its_tenant_or_is_a_named_exception()
    {
        var topics = All();

        Assert.True(topics.Count > 8, $"only {topics.Count} topics");
        Assert.Equal(InstallationWide.Keys.Order(StringComparer.Ordinal), topics.Where(topic => !topic.Value.StartsWith($"t:{Tenant}:", StringComparison.Ordinal)).Select(topic => topic.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_two_topics_are_the_same_for_the_same_ids()
        => Assert.Equal(All().Count, All().Values.Distinct(StringComparer.Ordinal).Count());

    /// <summary>Each public member by its name, with what it makes of the tenant 711, other ids and texts.</summary>
    private static Dictionary<string, string> All()
    {
        const BindingFlags declared = BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var made = typeof(Topics).GetMethods(declared).ToDictionary(
            method => method.Name,
            method => (string)method.Invoke(null, [.. method.GetParameters().Select(parameter => Value(parameter))])!,
            StringComparer.Ordinal);
        foreach (var field in typeof(Topics).GetFields(declared))
        {
            made.Add(field.Name, (string)field.GetValue(null)!);
        }

        return made;
    }

    private static object Value(ParameterInfo parameter)
        => parameter.ParameterType == typeof(string) ? "t:1:text" : parameter.Name == "tenantId" ? Tenant : 42L + parameter.Position;
}
