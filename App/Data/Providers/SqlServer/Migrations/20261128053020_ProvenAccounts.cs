using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Inbox.Data.Providers.SqlServer.Migrations
{
    /// <inheritdoc />
    public partial class ProvenAccounts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_OutboxItems_Order",
                table: "OutboxItems");

            migrationBuilder.DropColumn(
                name: "Fence",
                table: "ContactQueue");

            migrationBuilder.DropColumn(
                name: "LeaseUntil",
                table: "ContactQueue");

            migrationBuilder.AddColumn<DateTime>(
                name: "SeenAt",
                table: "WebsiteVisitors",
                type: "datetime2",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "IdentityId",
                table: "Messages",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "GroupProvenAt",
                table: "Channels",
                type: "datetime2",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "ProvenAt",
                table: "Channels",
                type: "datetime2",
                nullable: true);
            // Those that are here have received by it until now.
            migrationBuilder.Sql("UPDATE \"Channels\" SET \"ProvenAt\" = \"CreatedAt\", \"GroupProvenAt\" = \"CreatedAt\"");

            migrationBuilder.CreateIndex(
                name: "IX_OutboxItems_Order",
                table: "OutboxItems",
                columns: new[] { "ConversationId", "CreatedAt", "Id" },
                filter: "\"State\" = 0");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_OutboxItems_Order",
                table: "OutboxItems");

            migrationBuilder.DropColumn(
                name: "SeenAt",
                table: "WebsiteVisitors");

            migrationBuilder.DropColumn(
                name: "IdentityId",
                table: "Messages");

            migrationBuilder.DropColumn(
                name: "GroupProvenAt",
                table: "Channels");

            migrationBuilder.DropColumn(
                name: "ProvenAt",
                table: "Channels");

            migrationBuilder.AddColumn<long>(
                name: "Fence",
                table: "ContactQueue",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<DateTime>(
                name: "LeaseUntil",
                table: "ContactQueue",
                type: "datetime2",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_OutboxItems_Order",
                table: "OutboxItems",
                columns: new[] { "ConversationId", "Id" },
                filter: "\"State\" = 0");
        }
    }
}
