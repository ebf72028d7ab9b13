using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Inbox.Data.Providers.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class ConversationDepartments : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "DepartmentId",
                table: "Conversations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Priority",
                table: "Conversations",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateIndex(
                name: "IX_Conversations_TenantId_DepartmentId_Status_LastMessageAt_Id",
                table: "Conversations",
                columns: new[] { "TenantId", "DepartmentId", "Status", "LastMessageAt", "Id" });

            migrationBuilder.AddForeignKey(
                name: "FK_Conversations_Departments_TenantId_DepartmentId",
                table: "Conversations",
                columns: new[] { "TenantId", "DepartmentId" },
                principalTable: "Departments",
                principalColumns: new[] { "TenantId", "Id" });

            migrationBuilder.Sql(MessageWords.SqliteTable);
            foreach (var trigger in MessageWords.SqliteTriggers)
            {
                migrationBuilder.Sql(trigger);
            }

            migrationBuilder.Sql(MessageWords.SqliteFill);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            foreach (var name in MessageWords.SqliteTriggerNames)
            {
                // The step down from MessageKinds rebuilds the table, and its triggers go with it.
                migrationBuilder.Sql($"DROP TRIGGER IF EXISTS \"{name}\"");
            }

            migrationBuilder.Sql("DROP TABLE \"MessageWords\"");

            migrationBuilder.DropForeignKey(
                name: "FK_Conversations_Departments_TenantId_DepartmentId",
                table: "Conversations");

            migrationBuilder.DropIndex(
                name: "IX_Conversations_TenantId_DepartmentId_Status_LastMessageAt_Id",
                table: "Conversations");

            migrationBuilder.DropColumn(
                name: "DepartmentId",
                table: "Conversations");

            migrationBuilder.DropColumn(
                name: "Priority",
                table: "Conversations");
        }
    }
}
