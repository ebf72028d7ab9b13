using Inbox.Access;
using Inbox.Access.People;
using Inbox.Tenancy;

namespace Inbox.Tests.Access.People;

public sealed class ProfileTests : AppTests
{
    private readonly TestClock _clock = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with { Clock = _clock };

    [Fact]
    public async Task Others_see_who_is_there_who_is_away_and_who_has_gone()
    {
        var team = await Team.In(App);
        var me = (await team.Caller(await team.GivenPerson("eva", "agent")))!;
        Assert.Equal(Availability.Offline, await Shown(team, me));

        await team.With<Profiles>(profiles => profiles.SeenAsync(me, isIdle: false, Cancellation));
        Assert.Equal(Availability.Online, await Shown(team, me));

        // The page stays open and nobody touches it.
        for (var minute = 0; minute < 11; minute++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await team.With<Profiles>(profiles => profiles.SeenAsync(me, isIdle: true, Cancellation));
        }

        Assert.Equal(Availability.Away, await Shown(team, me));
        await team.With<Profiles>(profiles => profiles.SeenAsync(me, isIdle: false, Cancellation));
        Assert.Equal(Availability.Online, await Shown(team, me));

        await team.With<Profiles>(profiles => profiles.ChooseAsync(me, Availability.Busy, Cancellation));
        Assert.Equal(Availability.Busy, await Shown(team, me));
        _clock.Advance(Membership.GoneAfter + TimeSpan.FromSeconds(1));
        Assert.Equal(Availability.Offline, await Shown(team, me));
    }

    [Fact]
    public async Task A_name_is_changed_by_its_owner_and_a_key_has_none()
    {
        var team = await Team.In(App);
        var me = (await team.Caller(await team.GivenPerson("eva", "agent")))!;

        await team.With<Profiles>(profiles => profiles.RenameAsync(me, " Eva Berg ", Cancellation));
        Assert.Equal("Eva Berg", (await team.With<Profiles, MemberRow>(profiles => profiles.FindAsync(me, Cancellation))).Name);
        Assert.Equal("invalid_value", (await Assert.ThrowsAsync<RefusedException>(() => team.With<Profiles>(profiles => profiles.RenameAsync(me, "Eva\nBerg", Cancellation)))).Code);
        Assert.Equal((403, "person_needed"), await Code(team, HttpMethod.Get, "/api/v1/profile", null));
        Assert.Equal((403, "person_needed"), await Code(team, HttpMethod.Put, "/api/v1/profile/availability", """{"availability": "busy"}"""));
        Assert.Equal((400, "invalid_body"), await Code(team, HttpMethod.Put, "/api/v1/profile/availability", """{"availability": "asleep"}"""));
    }

    private static async Task<Availability> Shown(Team team, Caller me)
        => (await team.With<MemberLists, MemberRow?>(lists => lists.FindAsync(me, me.UserId!.Value, Cancellation)))!.Availability;

    private static async Task<(int Status, string? Code)> Code(Team team, HttpMethod method, string path, string? json)
    {
        var answer = await team.Api.Send(method, path, json);
        return (answer.Status, answer.Code);
    }
}
