using System.Text.Json;
using Inbox.Contacts;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Contacts;

public sealed class ImportTestsOnSqlite() : ImportTests(TestDatabase.Sqlite);

public sealed class ImportTestsOnPostgreSql() : ImportTests(TestDatabase.PostgreSql);

public abstract class ImportTests(TestDatabase database) : AppTests(database)
{
    private TestApi _shop = null!;

    [Fact]
    public async Task Rows_make_contacts_change_those_that_are_known_and_are_reported_where_they_are_wrong()
    {
        await Given();
        await _shop.Send(HttpMethod.Post, "/api/v1/contacts", """{"name": "Old name", "phone": "15550100142", "email": "old@shop.example"}""");
        const string Csv = "Full name;Mobile;email;Plan;tags\r\nAna Silva;+1 555 010 0142;;Gold;VIP\r\nBea;12;bea@shop.example;;\r\nCleo;;cleo@shop.example;;nothing\r\nDora;;dora@shop.example;;\r\nDora again;;DORA@shop.example;;\r\n;;;;\r\n";

        var trial = await Import(Csv, dryRun: true);
        Assert.Equal((1, 1, 4), Counted(trial));
        Assert.Equal(1, await App.InBusiness(1, db => db.Set<Contact>().CountAsync(Cancellation)));

        var report = await Import(Csv);

        Assert.Equal((1, 1, 4), Counted(report));
        Assert.Equal([(3, "phone"), (4, "tags"), (6, "email"), (7, "name")], report.Body.GetProperty("errors").EnumerateArray().Select(error => (error.GetProperty("line").GetInt32(), error.GetProperty("field").GetString())));
        var ana = (await _shop.Send(HttpMethod.Get, "/api/v1/contacts?phone=15550100142")).Body.GetProperty("items")[0];
        Assert.Equal(("Ana Silva", "old@shop.example", "Gold"), (ana.GetProperty("name").GetString(), ana.GetProperty("email").GetString(), ana.GetProperty("custom_fields").GetProperty("plan").GetString()));
        Assert.Equal("VIP", ana.GetProperty("tags")[0].GetString());
        var errors = RowsOf(report.Body.GetProperty("error_file").GetString()!);
        Assert.Equal(["Full name", "Mobile", "email", "Plan", "tags", "line", "error"], errors[0]);
        Assert.Equal(5, errors.Count);
    }

    [Fact]
    public async Task A_column_is_what_the_mapping_says()
    {
        await Given();

        var report = await Import("who,nr,name\nAna,15550100142,x\n", """{"who": "name", "nr": "phone", "name": ""}""");

        Assert.Equal((1, 0, 0), Counted(report));
        Assert.Equal("Ana", (await _shop.Send(HttpMethod.Get, "/api/v1/contacts?phone=15550100142")).Body.GetProperty("items")[0].GetProperty("name").GetString());
        foreach (var wrong in new[] { """{"nobody": "name"}""", """{"who": "password"}""", """{"who": "name", "nr": "name"}""", """{"name": ""}""" })
        {
            Assert.Equal(["mapping"], (await Import("who,nr,name\nAna,15550100142,x\n", wrong)).Fields);
        }

        Assert.Equal(["csv"], (await Import("name")).Fields);
        Assert.Equal(["csv"], (await Import("name\n\"Ana")).Fields);
    }

    [Fact]
    public async Task An_import_of_our_own_export_changes_nothing()
    {
        await Given();
        await _shop.Send(HttpMethod.Post, "/api/v1/contacts", """{"name": "=1+1 \"Ana\", the first\u2028one", "phone": "15550100142", "tags": ["VIP"], "custom_fields": {"plan": "'Gold"} }""");
        var before = await Export();

        var report = await Import(before);

        Assert.Equal((0, 1, 0), Counted(report));
        Assert.Equal(before, await Export());
    }

    [Fact]
    public async Task An_address_that_somebody_only_claimed_is_nobodys_in_an_import()
    {
        await Given();
        await App.InBusiness(1, async db =>
        {
            db.Add(new Contact { TenantId = 1, Name = "Claims", Email = "ana@shop.example", IsEmailClaimed = true, CreatedAt = new DateTime(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc) });
            return await db.SaveChangesAsync(Cancellation);
        });

        Assert.Equal((1, 0, 0), Counted(await Import("name,email\nAna,ana@shop.example\n")));

        Assert.Equal(["Ana", "Claims"], await App.InBusiness(1, db => db.Set<Contact>().OrderBy(contact => contact.Name).Select(contact => contact.Name).ToListAsync(Cancellation)));
    }

    [Fact]
    public async Task A_file_with_masks_leaves_addresses_as_they_are_and_makes_none()
    {
        await Given();
        var first = (await _shop.Send(HttpMethod.Post, "/api/v1/contacts", """{"name": "Ann", "phone": "15550100142", "email": "ann@shop.example"}""")).Body.GetProperty("id").GetInt64();
        var second = (await _shop.Send(HttpMethod.Post, "/api/v1/contacts", """{"name": "Amy", "email": "amy@shop.example"}""")).Body.GetProperty("id").GetInt64();

        var report = await Import($"id,name,phone,email\n{first},Ann B,15 •••• 0142,a••••@shop.example\n{second},Amy B,,a••••@shop.example\n,Eve,,e••••@shop.example\n,Eve,15 •••• 0199,\n");

        Assert.Equal((0, 2, 2), Counted(report));
        Assert.Equal([(4, "email"), (5, "phone")], report.Body.GetProperty("errors").EnumerateArray().Select(error => (error.GetProperty("line").GetInt32(), error.GetProperty("field").GetString())));
        Assert.Equal(
            [("Ann B", "15550100142", "ann@shop.example"), ("Amy B", null, "amy@shop.example")],
            (await App.InBusiness(1, db => db.Set<Contact>().OrderBy(contact => contact.Id).ToListAsync(Cancellation))).Select(contact => (contact.Name, contact.Phone, contact.Email)));
    }

    [Fact]
    public async Task An_opt_out_of_a_file_counts_with_its_time()
    {
        await Given();

        Assert.Equal((1, 0, 0), Counted(await Import("email,opted_out_at\nana@shop.example,2026-01-31T12:00:00Z\n")));

        var contact = await App.InBusiness(1, db => db.Set<Contact>().SingleAsync(Cancellation));
        Assert.Equal(new DateTime(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc), contact.OptedOutAt);
        Assert.Equal("import", (await App.InBusiness(1, db => db.Set<ContactConsent>().SingleAsync(Cancellation))).Source);
    }

    private async Task Given()
    {
        _shop = await TestApi.OfBusiness(App);
        await _shop.Send(HttpMethod.Post, "/api/v1/tags", """{"name": "VIP"}""");
        await _shop.Send(HttpMethod.Post, "/api/v1/custom-fields", """{"name": "Plan", "kind": "text"}""");
    }

    private Task<Answer> Import(string csv, string mapping = "null", bool dryRun = false)
        => _shop.Send(HttpMethod.Post, "/api/v1/contacts/import", $$"""{"csv": {{JsonSerializer.Serialize(csv)}}, "mapping": {{mapping}}, "dry_run": {{(dryRun ? "true" : "false")}}}""");

    private Task<string> Export() => _shop.Text("/api/v1/contacts/export");

    private static List<IReadOnlyList<string>> RowsOf(string text) => [.. Csv.Rows(text).Select(row => row.Fields)];

    private static (int Created, int Changed, int Failed) Counted(Answer report)
        => (report.Body.GetProperty("created").GetInt32(), report.Body.GetProperty("changed").GetInt32(), report.Body.GetProperty("failed").GetInt32());
}
