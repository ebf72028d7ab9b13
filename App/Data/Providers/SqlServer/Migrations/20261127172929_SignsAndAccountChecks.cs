using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Inbox.Data.Providers.SqlServer.Migrations
{
    /// <inheritdoc />
    public partial class SignsAndAccountChecks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "Attempts",
                table: "Reactions",
                type: "int",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTime>(
                name: "DueAt",
                table: "Reactions",
                type: "datetime2",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Error",
                table: "Reactions",
                type: "nvarchar(1000)",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "CheckProblem",
                table: "Channels",
                type: "nvarchar(1000)",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "CheckedAt",
                table: "Channels",
                type: "datetime2",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "LastReceivedAt",
                table: "Channels",
                type: "datetime2",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "ReadReceipts",
                table: "Channels",
                type: "bit",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "TokenEndsAt",
                table: "Channels",
                type: "datetime2",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_Reactions_DueAt",
                table: "Reactions",
                column: "DueAt",
                filter: "\"DueAt\" IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Reactions_DueAt",
                table: "Reactions");

            migrationBuilder.DropColumn(
                name: "Attempts",
                table: "Reactions");

            migrationBuilder.DropColumn(
                name: "DueAt",
                table: "Reactions");

            migrationBuilder.DropColumn(
                name: "Error",
                table: "Reactions");

            migrationBuilder.DropColumn(
                name: "CheckProblem",
                table: "Channels");

            migrationBuilder.DropColumn(
                name: "CheckedAt",
                table: "Channels");

            migrationBuilder.DropColumn(
                name: "LastReceivedAt",
                table: "Channels");

            migrationBuilder.DropColumn(
                name: "ReadReceipts",
                table: "Channels");

            migrationBuilder.DropColumn(
                name: "TokenEndsAt",
                table: "Channels");
        }
    }
}
