using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Inbox.Data.Providers.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class MessageAddresses : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_OutboxItems_Order",
                table: "OutboxItems");

            migrationBuilder.AddColumn<long>(
                name: "IdentityId",
                table: "Messages",
                type: "INTEGER",
                nullable: true);

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
                name: "IdentityId",
                table: "Messages");

            migrationBuilder.CreateIndex(
                name: "IX_OutboxItems_Order",
                table: "OutboxItems",
                columns: new[] { "ConversationId", "Id" },
                filter: "\"State\" = 0");
        }
    }
}
