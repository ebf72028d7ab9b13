using System.Reflection;
using Inbox.Access.Http;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http;

namespace Inbox.Tests.Access.Http;

/// <summary>If-Match as RFC 9110 has it, on a request alone; the channels' tests show it against the database.</summary>
public sealed class VersionTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("*", true)]
    [InlineData("\"7\"", true)]
    [InlineData("\"6\", \"7\"", true)]
    [InlineData("\"6\"", false)]
    [InlineData("W/\"7\"", false)]   // a weak tag never matches strongly
    [InlineData("\"\"", false)]
    public async Task A_change_goes_through_from_the_current_version_only(string? header, bool passes)
    {
        var match = await Bind(header);

        if (passes)
        {
            match.Check(7);
        }
        else
        {
            var refused = Assert.Throws<RefusedException>(() => match.Check(7));
            Assert.Equal((412, "version_stale"), (refused.Status, refused.Code));
        }
    }

    [Theory]
    [InlineData("7")]
    [InlineData("\"7")]
    [InlineData("garbage, more")]
    public async Task A_header_that_is_no_list_of_tags_is_400(string header)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(async () => await Bind(header));

        Assert.Equal((400, "invalid_value", "if_match"), (refused.Status, refused.Code, refused.Field));
    }

    [Fact]
    public async Task Where_it_is_required_its_absence_is_428()
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(async () => await Bind(null, new IfMatchRequired()));

        Assert.Equal((428, "if_match_required"), (refused.Status, refused.Code));
        (await Bind("\"1\"", new IfMatchRequired())).Check(1);
    }

    private static async Task<IfMatch> Bind(string? header, params object[] metadata)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.IfMatch = header;
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(metadata), null));
        return (await IfMatch.BindAsync(context, (ParameterInfo)null!))!;
    }
}
