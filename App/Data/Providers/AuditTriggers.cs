namespace Inbox.Data.Providers;

/// <summary>
/// A speed bump: the database refuses to change or delete audit rows. What can be erased may be set to null, all of it at
/// once. Run by the migration that makes the table; a later one that rebuilds the table (SQLite does so for many changes)
/// runs it again. Whoever may drop a trigger passes, and is found by the chain.
/// </summary>
internal static class AuditTriggers
{
    private const string Sentence = "Audit rows are not changed.";

    public static IReadOnlyList<string> Sqlite { get; } =
    [
        $"""
        CREATE TRIGGER "AuditEventsStay" BEFORE UPDATE ON "AuditEvents"
        WHEN NOT (
            NEW."ActorName" IS NULL AND NEW."OnBehalfOfName" IS NULL AND NEW."Address" IS NULL AND NEW."Session" IS NULL
            AND NEW."ObjectName" IS NULL AND NEW."Before" IS NULL AND NEW."After" IS NULL AND NEW."Salt" IS NULL
            AND NEW."TenantId" = OLD."TenantId" AND NEW."Sequence" = OLD."Sequence" AND NEW."At" = OLD."At"
            AND NEW."ActorKind" = OLD."ActorKind" AND NEW."ActorId" IS OLD."ActorId" AND NEW."OnBehalfOfId" IS OLD."OnBehalfOfId"
            AND NEW."Action" = OLD."Action" AND NEW."ObjectType" = OLD."ObjectType" AND NEW."ObjectId" IS OLD."ObjectId"
            AND NEW."PersonHash" = OLD."PersonHash" AND NEW."ChangeHash" = OLD."ChangeHash"
            AND NEW."Previous" = OLD."Previous" AND NEW."KeyId" = OLD."KeyId" AND NEW."Hash" = OLD."Hash")
        BEGIN SELECT RAISE(ABORT, '{Sentence}'); END;
        """,
        $"""
        CREATE TRIGGER "AuditEventsRemain" BEFORE DELETE ON "AuditEvents" BEGIN SELECT RAISE(ABORT, '{Sentence}'); END;
        """,
    ];

    public static IReadOnlyList<string> PostgreSql { get; } =
    [
        $"""
        CREATE FUNCTION "RefuseAuditChange"() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE'
                AND num_nonnulls(NEW."ActorName", NEW."OnBehalfOfName", NEW."Address", NEW."Session", NEW."ObjectName", NEW."Before", NEW."After", NEW."Salt") = 0
                AND (NEW."TenantId", NEW."Sequence", NEW."At", NEW."ActorKind", NEW."ActorId", NEW."OnBehalfOfId", NEW."Action", NEW."ObjectType", NEW."ObjectId", NEW."PersonHash", NEW."ChangeHash", NEW."Previous", NEW."KeyId", NEW."Hash")
                    IS NOT DISTINCT FROM
                    (OLD."TenantId", OLD."Sequence", OLD."At", OLD."ActorKind", OLD."ActorId", OLD."OnBehalfOfId", OLD."Action", OLD."ObjectType", OLD."ObjectId", OLD."PersonHash", OLD."ChangeHash", OLD."Previous", OLD."KeyId", OLD."Hash")
            THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION '{Sentence}';
        END $$;
        """,
        """
        CREATE TRIGGER "AuditEventsStay" BEFORE UPDATE OR DELETE ON "AuditEvents" FOR EACH ROW EXECUTE FUNCTION "RefuseAuditChange"();
        """,
        """
        CREATE TRIGGER "AuditEventsRemain" BEFORE TRUNCATE ON "AuditEvents" FOR EACH STATEMENT EXECUTE FUNCTION "RefuseAuditChange"();
        """,
    ];

    public static IReadOnlyList<string> SqlServer { get; } =
    [
        $"""
        CREATE TRIGGER [AuditEventsStay] ON [AuditEvents] AFTER UPDATE, DELETE AS
        BEGIN
            SET NOCOUNT ON;
            IF EXISTS (SELECT 1 FROM deleted AS o LEFT JOIN inserted AS n ON n.[TenantId] = o.[TenantId] AND n.[Sequence] = o.[Sequence]
                WHERE n.[TenantId] IS NULL
                OR COALESCE(n.[ActorName], n.[OnBehalfOfName], n.[Address], n.[Session], n.[ObjectName], n.[Before], n.[After]) IS NOT NULL
                OR n.[Salt] IS NOT NULL
                OR EXISTS (
                    SELECT n.[At], n.[ActorKind], n.[ActorId], n.[OnBehalfOfId], n.[Action], n.[ObjectType], n.[ObjectId], n.[PersonHash], n.[ChangeHash], n.[Previous], n.[KeyId], n.[Hash]
                    EXCEPT
                    SELECT o.[At], o.[ActorKind], o.[ActorId], o.[OnBehalfOfId], o.[Action], o.[ObjectType], o.[ObjectId], o.[PersonHash], o.[ChangeHash], o.[Previous], o.[KeyId], o.[Hash]))
                THROW 50000, '{Sentence}', 1;
        END;
        """,
    ];
}
