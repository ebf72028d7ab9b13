namespace Inbox.Data.Providers;

/// <summary>
/// The words of messages, for search. SQLite: an FTS5 table without the texts, kept by triggers; a migration that rebuilds
/// the table Messages runs the triggers again. PostgreSQL: an index of an expression. SQL Server has neither and looks at
/// each text.
/// </summary>
internal static class MessageWords
{
    public const string SqliteTable = """
        CREATE VIRTUAL TABLE "MessageWords" USING fts5("Tenant", "Text", content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2')
        """;

    public const string SqliteFill = """
        INSERT INTO "MessageWords" ("rowid", "Tenant", "Text") SELECT "Id", "TenantId", "Text" FROM "Messages" WHERE "Text" IS NOT NULL
        """;

    /// <summary>The query's expression must be this one to the letter.</summary>
    public const string PostgreSqlIndex = """
        CREATE INDEX "IX_Messages_Words" ON "Messages" USING gin (to_tsvector('simple', translate(left("Text", 100000), '@.-_/:+#', '        ')))
        """;

    public static IReadOnlyList<string> SqliteTriggerNames { get; } = ["MessageWordsAdded", "MessageWordsRemoved", "MessageWordsChanged"];

    public static IReadOnlyList<string> SqliteTriggers { get; } =
    [
        """
        CREATE TRIGGER "MessageWordsAdded" AFTER INSERT ON "Messages" WHEN NEW."Text" IS NOT NULL
        BEGIN INSERT INTO "MessageWords" ("rowid", "Tenant", "Text") VALUES (NEW."Id", NEW."TenantId", NEW."Text"); END;
        """,
        """
        CREATE TRIGGER "MessageWordsRemoved" AFTER DELETE ON "Messages" WHEN OLD."Text" IS NOT NULL
        BEGIN DELETE FROM "MessageWords" WHERE "rowid" = OLD."Id"; END;
        """,
        """
        CREATE TRIGGER "MessageWordsChanged" AFTER UPDATE OF "Text" ON "Messages"
        BEGIN
            DELETE FROM "MessageWords" WHERE "rowid" = OLD."Id";
            INSERT INTO "MessageWords" ("rowid", "Tenant", "Text") SELECT NEW."Id", NEW."TenantId", NEW."Text" WHERE NEW."Text" IS NOT NULL;
        END;
        """,
    ];
}
