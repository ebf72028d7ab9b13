using System.Globalization;
using System.Text.RegularExpressions;
using Inbox.Access.Http;
using Inbox.Access.Pictures;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Company;

/// <summary>The profile of a business with what stands on its tenant and its hours.</summary>
public sealed record CompanyFacts(Tenant Tenant, CompanyProfile Profile, SetHours Hours);

/// <summary>What a change of the profile sets; null leaves a value as it is, an empty text removes it.</summary>
public sealed record ProfileChange(
    string? Name = null, string? Email = null, string? TimeZone = null, string? Colour = null, string? AccentColour = null, string? Website = null, string? Phone = null,
    string? Street = null, string? PostalCode = null, string? City = null, string? Region = null, string? Country = null, IReadOnlyList<string>? Languages = null, HoursView? Hours = null);

/// <summary>What a business says of itself.</summary>
public sealed partial class CompanyProfiles(IDbContextFactory<InboxDb> dbs, OpeningHours hours, PictureFiles pictures, TimeProvider clock)
{
    private const int MostLanguages = 20;

    public async Task<CompanyFacts> ReadAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(CompanyPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await ReadAsync(db, caller, cancellation);
    }

    /// <param name="version">Of the profile that the change was made from; null to write over whatever is there.</param>
    /// <param name="check">Is given the version before anything changes, and throws when the caller saw an older one.</param>
    /// <exception cref="InvalidValuesException">Values that break a rule, by field.</exception>
    /// <exception cref="RefusedException">changed_meanwhile: somebody else was first.</exception>
    public async Task<CompanyFacts> ChangeAsync(Caller caller, ProfileChange change, long? version, CancellationToken cancellation, Action<long>? check = null)
    {
        caller.Require(CompanyPermissions.Write);
        Check(change);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var (tenant, profile) = await FindAsync(db, caller, version, cancellation);
        check?.Invoke(profile.Version);
        tenant.Name = change.Name?.Trim() ?? tenant.Name;
        tenant.Email = change.Email is null ? tenant.Email : change.Email.Trim() is { Length: > 0 } email ? email : null;
        tenant.TimeZone = change.TimeZone ?? tenant.TimeZone;
        profile.Colour = change.Colour?.ToLowerInvariant() ?? profile.Colour;
        profile.AccentColour = change.AccentColour?.ToLowerInvariant() ?? profile.AccentColour;
        profile.Website = change.Website?.Trim() ?? profile.Website;
        profile.Phone = change.Phone?.Trim() ?? profile.Phone;
        profile.Street = change.Street?.Trim() ?? profile.Street;
        profile.PostalCode = change.PostalCode?.Trim() ?? profile.PostalCode;
        profile.City = change.City?.Trim() ?? profile.City;
        profile.Region = change.Region?.Trim() ?? profile.Region;
        profile.Country = change.Country?.ToUpperInvariant() ?? profile.Country;
        profile.Languages = change.Languages is null ? profile.Languages : string.Join(',', change.Languages.Distinct(StringComparer.OrdinalIgnoreCase));
        if (change.Hours is { } open)
        {
            await hours.PutAsync(db, caller, WorkingHours.WholeBusiness, open, timeZone: null, check: null, cancellation);
        }

        if (db.Entry(tenant).State == EntityState.Modified)
        {
            db.AuditRow(caller, "business.changed", tenant, AuditObject.Of("business", tenant.Id, tenant.Name));
        }

        await SaveAsync(db, caller, "company_profile.changed", profile, cancellation);
        await write.CommitAsync(cancellation);
        return await ReadAsync(db, caller, cancellation);
    }

    /// <summary>Shows another logo, or none.</summary>
    /// <param name="bytes">The file; null removes the logo.</param>
    /// <exception cref="RefusedException">unsupported_picture, picture_too_large.</exception>
    public async Task<CompanyFacts> ShowLogoAsync(Caller caller, byte[]? bytes, CancellationToken cancellation)
    {
        caller.Require(CompanyPermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var (_, profile) = await FindAsync(db, caller, version: null, cancellation);
        var before = profile.Logo;
        profile.Logo = bytes is null ? null : await pictures.AddAsync(db, caller.TenantId, bytes, cancellation);
        await SaveAsync(db, caller, bytes is null ? "company_profile.logo_removed" : "company_profile.logo_changed", profile, cancellation);
        if (before is not null)
        {
            db.Remove(before);
            await db.SaveChangesAsync(cancellation);
        }

        await write.CommitAsync(cancellation);
        if (before is not null)
        {
            pictures.Forget(before);
        }

        return await ReadAsync(db, caller, cancellation);
    }

    private async Task SaveAsync(InboxDb db, Caller caller, string action, CompanyProfile profile, CancellationToken cancellation)
    {
        (profile.UpdatedAt, profile.Version) = (clock.GetUtcNow().UtcDateTime, profile.Version + 1);
        db.AuditRow(caller, action, profile, AuditObject.Of("company_profile", profile.TenantId));
        await OpeningHours.SavedAsync(db, cancellation);
    }

    private static async Task<(Tenant Tenant, CompanyProfile Profile)> FindAsync(InboxDb db, Caller caller, long? version, CancellationToken cancellation)
    {
        var tenant = await db.Set<Tenant>().SingleOrDefaultAsync(row => row.Id == caller.TenantId, cancellation) ?? throw RefusedException.NotFound("business");
        var profile = await db.Set<CompanyProfile>().Include(row => row.Logo).SingleOrDefaultAsync(cancellation)
            ?? db.Add(new CompanyProfile { TenantId = tenant.Id }).Entity;
        return version is { } seen && seen != profile.Version ? throw OpeningHours.ChangedMeanwhile() : (tenant, profile);
    }

    private static async Task<CompanyFacts> ReadAsync(InboxDb db, Caller caller, CancellationToken cancellation)
    {
        var tenant = await db.Set<Tenant>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == caller.TenantId, cancellation) ?? throw RefusedException.NotFound("business");
        var profile = await db.Set<CompanyProfile>().AsNoTracking().Include(row => row.Logo).SingleOrDefaultAsync(cancellation)
            ?? new CompanyProfile { TenantId = tenant.Id, UpdatedAt = tenant.CreatedAt };
        return new CompanyFacts(tenant, profile, await OpeningHours.ReadAsync(db, WorkingHours.WholeBusiness, cancellation));
    }

    private static void Check(ProfileChange change)
    {
        var wrong = new Dictionary<string, string[]>();
        Must("name", change.Name is null || change.Name.Trim() is { Length: > 0 and <= 200 }, "The name has 1 to 200 characters.");
        Must("email", change.Email is null or "" || (change.Email.Length <= 200 && EmailAddress.IsValid(change.Email)), "This is no e-mail address.");
        Must("time_zone", change.TimeZone is null || TimeZones.Find(change.TimeZone) is not null, "This is no IANA time zone, such as Europe/Berlin.");
        Must("colour", change.Colour is null or "" || HexColour.IsValid(change.Colour), "A colour is written as #2a4dd7.");
        Must("accent_colour", change.AccentColour is null or "" || HexColour.IsValid(change.AccentColour), "A colour is written as #2a4dd7.");
        Must("website", change.Website is null or "" || IsWebsite(change.Website), "The website is an address that begins with https:// or http://.");
        Must("phone", change.Phone is null or "" || Phone.IsMatch(change.Phone), "The phone number has digits, spaces and + ( ) - / only, at most 40.");
        Must("street", change.Street is null or { Length: <= 200 }, "At most 200 characters.");
        Must("postal_code", change.PostalCode is null or { Length: <= 20 }, "At most 20 characters.");
        Must("city", change.City is null or { Length: <= 200 }, "At most 200 characters.");
        Must("region", change.Region is null or { Length: <= 200 }, "At most 200 characters.");
        Must("country", change.Country is null or "" || (change.Country.Length == 2 && change.Country.All(char.IsAsciiLetter)), "The country is its two letters after ISO 3166, such as DE.");
        Must("languages", change.Languages is null || (change.Languages.Count <= MostLanguages && change.Languages.All(LanguageTag.IsValid)), "Languages are tags such as en or pt-BR, at most 20.");
        if (wrong.Count > 0)
        {
            throw new InvalidValuesException(wrong);
        }

        void Must(string field, bool holds, string why)
        {
            if (!holds)
            {
                wrong[field] = [why];
            }
        }
    }

    private static bool IsWebsite(string text)
        => text.Length <= 200 && Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);

    [GeneratedRegex(@"^[0-9 +()/-]{3,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Phone { get; }
}
