using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Inbox.Data.Providers.Sqlite.Migrations
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
                type: "INTEGER",
                nullable: false,
                defaultValue: 1L);

            migrationBuilder.AddColumn<bool>(
                name: "HasFactor",
                table: "Sessions",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);
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
