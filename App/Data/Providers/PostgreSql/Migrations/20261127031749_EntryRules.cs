using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Inbox.Data.Providers.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class EntryRules : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "EntryVersion",
                table: "Tenants",
                type: "bigint",
                nullable: false,
                defaultValue: 1L);

            migrationBuilder.AddColumn<bool>(
                name: "HasFactor",
                table: "Sessions",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            // Whoever has an authenticator app gave its code to get in; the upgrade does not sign them out.
            migrationBuilder.Sql("""UPDATE "Sessions" SET "HasFactor" = TRUE WHERE "UserId" IN (SELECT "UserId" FROM "Authenticators" WHERE "EnabledAt" IS NOT NULL);""");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "EntryVersion",
                table: "Tenants");

            migrationBuilder.DropColumn(
                name: "HasFactor",
                table: "Sessions");
        }
    }
}
