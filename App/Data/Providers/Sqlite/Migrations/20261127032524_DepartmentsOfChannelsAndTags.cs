using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Inbox.Data.Providers.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class DepartmentsOfChannelsAndTags : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTime>(
                name: "ArchivedAt",
                table: "Tags",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "DepartmentId",
                table: "Channels",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "CannedReplyUses",
                columns: table => new
                {
                    ReplyId = table.Column<long>(type: "INTEGER", nullable: false),
                    Day = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    TenantId = table.Column<long>(type: "INTEGER", nullable: false),
                    Count = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CannedReplyUses", x => new { x.ReplyId, x.Day });
                    table.ForeignKey(
                        name: "FK_CannedReplyUses_CannedReplies_ReplyId",
                        column: x => x.ReplyId,
                        principalTable: "CannedReplies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Channels_TenantId_DepartmentId",
                table: "Channels",
                columns: new[] { "TenantId", "DepartmentId" });

            migrationBuilder.CreateIndex(
                name: "IX_CannedReplyUses_TenantId",
                table: "CannedReplyUses",
                column: "TenantId");

            migrationBuilder.AddForeignKey(
                name: "FK_Channels_Departments_TenantId_DepartmentId",
                table: "Channels",
                columns: new[] { "TenantId", "DepartmentId" },
                principalTable: "Departments",
                principalColumns: new[] { "TenantId", "Id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_Channels_Departments_TenantId_DepartmentId",
                table: "Channels");

            migrationBuilder.DropTable(
                name: "CannedReplyUses");

            migrationBuilder.DropIndex(
                name: "IX_Channels_TenantId_DepartmentId",
                table: "Channels");

            migrationBuilder.DropColumn(
                name: "ArchivedAt",
                table: "Tags");

            migrationBuilder.DropColumn(
                name: "DepartmentId",
                table: "Channels");
        }
    }
}
