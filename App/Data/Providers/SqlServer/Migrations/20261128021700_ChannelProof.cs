using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Inbox.Data.Providers.SqlServer.Migrations
{
    /// <inheritdoc />
    public partial class ChannelProof : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTime>(
                name: "ProvenAt",
                table: "Channels",
                type: "datetime2",
                nullable: true);
            // Those that are here have received by it until now.
            migrationBuilder.Sql("UPDATE \"Channels\" SET \"ProvenAt\" = \"CreatedAt\"");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "ProvenAt",
                table: "Channels");
        }
    }
}
