using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Inbox.Tenancy;

namespace Inbox.Tests.Access;

public sealed class RuleTests
{
    [Theory]
    [InlineData("correct lamp on the desk", null)]
    [InlineData("eleven chars", null)]
    [InlineData("482915730264", null)]
    [InlineData("short", PasswordProblem.TooShort)]
    [InlineData("password1234", PasswordProblem.Common)]
    [InlineData("PASSWORD2026!", PasswordProblem.Common)]
    [InlineData("aaaaaaaaaaaa", PasswordProblem.Common)]
    [InlineData("lampelampelampe", PasswordProblem.Common)]
    [InlineData("123456789012", PasswordProblem.Common)]
    [InlineData("me@flowers.example", PasswordProblem.IsEmail)]
    public void A_password_is_long_and_not_what_everybody_tries(string password, PasswordProblem? problem)
        => Assert.Equal(problem, PasswordRules.Check(password, "me@flowers.example"));

    [Fact]
    public void A_password_may_have_128_characters()
    {
        var sentence = string.Concat(Enumerable.Range(0, 60).Select(number => number.ToString("00", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Null(PasswordRules.Check(sentence + "12345678", null));
        Assert.Equal(PasswordProblem.TooLong, PasswordRules.Check(sentence + "123456789", null));
    }

    [Theory]
    [InlineData("Blumen Müller", "blumen-muller")]
    [InlineData("  --Shop & Co.--  ", "shop-co")]
    [InlineData("42", "business-42")]
    [InlineData("花屋", "business")]
    [InlineData("", "business")]
    public void A_slug_is_made_from_a_name(string name, string slug)
    {
        Assert.Equal(slug, Slug.From(name));
        Assert.True(Slug.IsValid(Slug.From(name)));
    }

    [Theory]
    [InlineData("shop", true)]
    [InlineData("shop-2", true)]
    [InlineData("Shop", false)]
    [InlineData("-shop", false)]
    [InlineData("shop--2", false)]
    [InlineData("shop\n", false)]
    [InlineData("42", false)]
    [InlineData("s", false)]
    [InlineData(null, false)]
    public void A_slug_has_a_shape(string? slug, bool valid) => Assert.Equal(valid, Slug.IsValid(slug));

    [Fact]
    public void Every_permission_is_described_and_named_once()
    {
        Assert.NotEmpty(PermissionCatalogue.All);
        Assert.Empty(PermissionCatalogue.All.Where(permission => permission.Description == permission.Name).Select(permission => permission.Name));
        Assert.Equal(PermissionCatalogue.All.Count, PermissionCatalogue.Names.Count);
        Assert.Empty(PermissionCatalogue.All.SelectMany(permission => permission.Roles).Except(BuiltInRoles.All));
    }

    [Fact]
    public void Every_kind_of_permission_has_a_name_and_a_sentence_where_permissions_are_chosen()
    {
        var texts = System.Xml.Linq.XDocument.Load(Repository.PathOf("App/Access/Rights/RightsPicker.resx")).Root!.Elements("data").Select(entry => (string)entry.Attribute("name")!).ToHashSet();
        Assert.All(PermissionCatalogue.All, permission => Assert.Subset(texts, new HashSet<string> { $"feature {permission.Feature}", $"about {permission.Feature}" }));
    }

    [Fact]
    public void Roles_hold_what_their_names_say()
    {
        Assert.Equal(PermissionCatalogue.Names.Order(), PermissionCatalogue.OfRole(BuiltInRoles.Owner).Keys.Order());
        Assert.Contains("conversations.reply", PermissionCatalogue.OfRole(BuiltInRoles.Agent).Keys);
        Assert.DoesNotContain("channels.write", PermissionCatalogue.OfRole(BuiltInRoles.Agent).Keys);
        Assert.DoesNotContain("conversations.reply", PermissionCatalogue.OfRole(BuiltInRoles.ReadOnly).Keys);
        Assert.Empty(PermissionCatalogue.OfRole("nobody"));
        Assert.DoesNotContain("audit.read", PermissionCatalogue.OfRole(BuiltInRoles.ReadOnly).Keys);
        Assert.All(PermissionCatalogue.OfRole(BuiltInRoles.Owner).Values, scope => Assert.Equal(PermissionScope.All, scope));
    }
}
