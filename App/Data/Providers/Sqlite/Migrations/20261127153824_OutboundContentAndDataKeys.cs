using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Inbox.Data.Providers.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class OutboundContentAndDataKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterColumn<string>(
                name: "Text",
                table: "OutboxItems",
                type: "TEXT",
                maxLength: -1,
                nullable: true,
                oldClrType: typeof(string),
                oldType: "TEXT",
                oldMaxLength: -1);

            migrationBuilder.AddColumn<string>(
                name: "Content",
                table: "OutboxItems",
                type: "TEXT",
                maxLength: -1,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "FileId",
                table: "OutboxItems",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Type",
                table: "OutboxItems",
                type: "TEXT",
                maxLength: 30,
                nullable: false,
                defaultValue: "text");

            migrationBuilder.AddColumn<long>(
                name: "UploadedByKey",
                table: "MediaFiles",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "DataKeys",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    TenantId = table.Column<long>(type: "INTEGER", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    Wrapped = table.Column<byte[]>(type: "BLOB", maxLength: 200, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    RetiredAt = table.Column<DateTime>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DataKeys", x => x.Id);
                    table.ForeignKey(
                        name: "FK_DataKeys_Tenants_TenantId",
                        column: x => x.TenantId,
                        principalTable: "Tenants",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_MediaFiles_CreatedAt",
                table: "MediaFiles",
                column: "CreatedAt",
                filter: "\"MessageId\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_DataKeys_TenantId_Number",
                table: "DataKeys",
                columns: new[] { "TenantId", "Number" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "DataKeys");

            migrationBuilder.DropIndex(
                name: "IX_MediaFiles_CreatedAt",
                table: "MediaFiles");

            migrationBuilder.DropColumn(
                name: "Content",
                table: "OutboxItems");

            migrationBuilder.DropColumn(
                name: "FileId",
                table: "OutboxItems");

            migrationBuilder.DropColumn(
                name: "Type",
                table: "OutboxItems");

            migrationBuilder.DropColumn(
                name: "UploadedByKey",
                table: "MediaFiles");

            migrationBuilder.AlterColumn<string>(
                name: "Text",
                table: "OutboxItems",
                type: "TEXT",
                maxLength: -1,
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "TEXT",
                oldMaxLength: -1,
                oldNullable: true);
        }
    }
}
