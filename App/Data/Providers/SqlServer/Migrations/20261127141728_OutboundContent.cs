using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Inbox.Data.Providers.SqlServer.Migrations
{
    /// <inheritdoc />
    public partial class OutboundContent : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterColumn<string>(
                name: "Text",
                table: "OutboxItems",
                type: "nvarchar(max)",
                maxLength: -1,
                nullable: true,
                oldClrType: typeof(string),
                oldType: "nvarchar(max)",
                oldMaxLength: -1);

            migrationBuilder.AddColumn<string>(
                name: "Content",
                table: "OutboxItems",
                type: "nvarchar(max)",
                maxLength: -1,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "FileId",
                table: "OutboxItems",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Type",
                table: "OutboxItems",
                type: "nvarchar(30)",
                maxLength: 30,
                nullable: false,
                defaultValue: "text");

            migrationBuilder.CreateIndex(
                name: "IX_MediaFiles_CreatedAt",
                table: "MediaFiles",
                column: "CreatedAt",
                filter: "\"MessageId\" IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
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

            migrationBuilder.AlterColumn<string>(
                name: "Text",
                table: "OutboxItems",
                type: "nvarchar(max)",
                maxLength: -1,
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "nvarchar(max)",
                oldMaxLength: -1,
                oldNullable: true);
        }
    }
}
