namespace Inbox.Channels.Templates;

/// <summary>An upload that somebody chose.</summary>
public sealed record ChosenFile(long Id, string Name);
