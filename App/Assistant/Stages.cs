using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Assistant;

/// <summary>What is left out (null) stays, and is empty or the last place in a new stage.</summary>
public sealed record StageEdit(
    string? Name = null, string? Description = null, string? SelectionPrompt = null, string? ExtractionPrompt = null, string? ResponsePrompt = null, int? Position = null);

/// <summary>The assistant's conversation plan, in order.</summary>
public sealed class Stages(IDbContextFactory<InboxDb> dbs, TimeProvider clock)
{
    private const int MostStages = 100;

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>All, in their order.</summary>
    public async Task<IReadOnlyList<Stage>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(AssistantPermissions.Use);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await InOrder(db).AsNoTracking().ToListAsync(cancellation);
    }

    /// <exception cref="RefusedException">stage_not_found.</exception>
    public async Task<Stage> FindAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(AssistantPermissions.Use);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Stage>().AsNoTracking().SingleOrDefaultAsync(stage => stage.Id == id, cancellation) ?? throw RefusedException.NotFound("stage");
    }

    /// <summary>Makes a stage; those from its place on move back by one.</summary>
    /// <exception cref="RefusedException">invalid_value, too_many.</exception>
    public async Task<Stage> AddAsync(Caller caller, StageEdit edit, CancellationToken cancellation)
    {
        caller.Require(AssistantPermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await InTurnAsync(db, caller, cancellation);
        var order = await OrderAsync(db, cancellation);
        if (order.Count >= MostStages)
        {
            throw new RefusedException("too_many", $"There are at most {MostStages} stages.", StatusCodes.Status409Conflict);
        }

        var stage = new Stage { TenantId = caller.TenantId, Name = "", CreatedAt = Now };
        Apply(stage, edit with { Name = edit.Name ?? "" });
        stage.Position = await PlaceAsync(db, order, edit.Position ?? int.MaxValue, cancellation);
        db.Add(stage);
        db.AuditRow(caller, "stage.created", stage, Target(stage));
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        return stage;
    }

    /// <param name="check">Is given the version before anything changes, and throws when the caller saw an older one.</param>
    /// <exception cref="RefusedException">stage_not_found, invalid_value.</exception>
    public async Task<Stage> ChangeAsync(Caller caller, long id, StageEdit edit, Action<long> check, CancellationToken cancellation)
    {
        caller.Require(AssistantPermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await InTurnAsync(db, caller, cancellation);
        var stage = await OneAsync(db, id, cancellation);
        check(stage.Version);
        Apply(stage, edit);
        if (edit.Position is { } position && position != stage.Position)
        {
            var others = await OrderAsync(db, cancellation);
            others.RemoveAll(place => place.Id == id);
            stage.Position = await PlaceAsync(db, others, position, cancellation);
        }

        db.AuditRow(caller, "stage.changed", stage, Target(stage));
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        return stage;
    }

    /// <summary>Removes a stage; those behind it move up.</summary>
    /// <exception cref="RefusedException">stage_not_found.</exception>
    public async Task RemoveAsync(Caller caller, long id, Action<long> check, CancellationToken cancellation)
    {
        caller.Require(AssistantPermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await InTurnAsync(db, caller, cancellation);
        var stage = await OneAsync(db, id, cancellation);
        check(stage.Version);
        db.Remove(stage);
        db.AuditRow(caller, "stage.removed", stage, Target(stage));
        await db.SaveChangesAsync(cancellation);
        await PlaceAsync(db, await OrderAsync(db, cancellation), null, cancellation);
        await write.CommitAsync(cancellation);
    }

    /// <summary>Two who move stages of one business at once wait for each other: the row of the business is held till the commit.</summary>
    private static Task<int> InTurnAsync(InboxDb db, Caller caller, CancellationToken cancellation)
        => db.Set<Tenant>().Where(tenant => tenant.Id == caller.TenantId).ExecuteUpdateAsync(set => set.SetProperty(tenant => tenant.Name, tenant => tenant.Name), cancellation);

    private static async Task<Stage> OneAsync(InboxDb db, long id, CancellationToken cancellation)
        => await db.Set<Stage>().SingleOrDefaultAsync(stage => stage.Id == id, cancellation) ?? throw RefusedException.NotFound("stage");

    private static IQueryable<Stage> InOrder(InboxDb db) => db.Set<Stage>().OrderBy(stage => stage.Position).ThenBy(stage => stage.Id);

    private static Task<List<Place>> OrderAsync(InboxDb db, CancellationToken cancellation)
        => InOrder(db).Select(stage => new Place(stage.Id, stage.Position)).ToListAsync(cancellation);

    /// <summary>
    /// Numbers the others from 1, with a gap at the wanted place. Past the change tracker: a stage that only made room is not
    /// a newer version for whoever edits it.
    /// </summary>
    /// <param name="wanted">From 1; more than there are is the end; null for no gap.</param>
    /// <returns>The place of the gap.</returns>
    private static async Task<int> PlaceAsync(InboxDb db, List<Place> others, int? wanted, CancellationToken cancellation)
    {
        var gap = wanted is null ? int.MaxValue : Math.Clamp(wanted.Value, 1, others.Count + 1);
        for (var i = 0; i < others.Count; i++)
        {
            var (id, position) = (others[i].Id, i + 1 < gap ? i + 1 : i + 2);
            if (others[i].Position != position)
            {
                await db.Set<Stage>().Where(stage => stage.Id == id).ExecuteUpdateAsync(set => set.SetProperty(stage => stage.Position, position), cancellation);
            }
        }

        return gap;
    }

    private void Apply(Stage stage, StageEdit edit)
    {
        stage.Name = edit.Name is null ? stage.Name
            : edit.Name.Trim() is { Length: > 0 and <= Stage.LongestName } name ? name
            : throw new RefusedException("invalid_value", $"A name has 1 to {Stage.LongestName} characters.", field: "name");
        stage.Description = TextOf(edit.Description, stage.Description, Stage.LongestDescription, "description");
        stage.SelectionPrompt = TextOf(edit.SelectionPrompt, stage.SelectionPrompt, Stage.LongestPrompt, "selection_prompt");
        stage.ExtractionPrompt = TextOf(edit.ExtractionPrompt, stage.ExtractionPrompt, Stage.LongestPrompt, "extraction_prompt");
        stage.ResponsePrompt = TextOf(edit.ResponsePrompt, stage.ResponsePrompt, Stage.LongestPrompt, "response_prompt");
        stage.UpdatedAt = Now;
    }

    private static string TextOf(string? text, string before, int longest, string field)
        => text is null ? before
            : text.Trim() is { } trimmed && trimmed.Length <= longest ? trimmed
            : throw new RefusedException("invalid_value", $"The text has at most {longest} characters.", field: field);

    private static AuditObject Target(Stage stage) => AuditObject.Of("stage", stage.Id, stage.Name);

    private sealed record Place(long Id, int Position);
}
