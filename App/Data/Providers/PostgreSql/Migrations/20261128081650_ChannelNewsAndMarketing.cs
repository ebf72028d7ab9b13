using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Inbox.Data.Providers.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class ChannelNewsAndMarketing : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Assigned",
                table: "InboundDeliveries",
                type: "text",
                maxLength: -1,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Unrouted",
                table: "InboundDeliveries",
                type: "text",
                maxLength: -1,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "ChannelId",
                table: "Events",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "StandbyAt",
                table: "Conversations",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "MarketingStoppedAt",
                table: "Contacts",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "OfMarketing",
                table: "ContactConsents",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "DailyLimit",
                table: "Channels",
                type: "character varying(20)",
                maxLength: 20,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Quality",
                table: "Channels",
                type: "character varying(10)",
                maxLength: 10,
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "WarnedAt",
                table: "Channels",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Warning",
                table: "Channels",
                type: "character varying(500)",
                maxLength: 500,
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_Events_TenantId_ChannelId_Sequence",
                table: "Events",
                columns: new[] { "TenantId", "ChannelId", "Sequence" },
                filter: "\"ChannelId\" IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Events_TenantId_ChannelId_Sequence",
                table: "Events");

            migrationBuilder.DropColumn(
                name: "Assigned",
                table: "InboundDeliveries");

            migrationBuilder.DropColumn(
                name: "Unrouted",
                table: "InboundDeliveries");

            migrationBuilder.DropColumn(
                name: "ChannelId",
                table: "Events");

            migrationBuilder.DropColumn(
                name: "StandbyAt",
                table: "Conversations");

            migrationBuilder.DropColumn(
                name: "MarketingStoppedAt",
                table: "Contacts");

            migrationBuilder.DropColumn(
                name: "OfMarketing",
                table: "ContactConsents");

            migrationBuilder.DropColumn(
                name: "DailyLimit",
                table: "Channels");

            migrationBuilder.DropColumn(
                name: "Quality",
                table: "Channels");

            migrationBuilder.DropColumn(
                name: "WarnedAt",
                table: "Channels");

            migrationBuilder.DropColumn(
                name: "Warning",
                table: "Channels");
        }
    }
}
