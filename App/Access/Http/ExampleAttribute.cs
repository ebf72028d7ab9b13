namespace Inbox.Access.Http;

/// <summary>What the API's documentation shows for a body of this type, where its rules cannot be guessed from names and annotations.</summary>
/// <param name="json">A whole body that is accepted as it stands.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class ExampleAttribute(string json) : Attribute
{
    public string Json { get; } = json;
}
