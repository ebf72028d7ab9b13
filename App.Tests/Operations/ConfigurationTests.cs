using Inbox.Data;
using Inbox.Operations.CommandLine;
using Inbox.Operations.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Operations;

public sealed class ConfigurationTests : AppTests
{
    [Fact]
    public void The_example_as_it_stands_is_a_valid_configuration_with_the_defaults()
    {
        var example = new ConfigurationBuilder().AddJsonFile(Repository.PathOf("appsettings.example.json")).Build();
        var catalogue = App.Services.GetRequiredService<SettingsCatalogue>();

        var other =
            from found in catalogue.Classes
            let standard = Activator.CreateInstance(found.Type)
            let bound = example.GetSection(found.Section).Get(found.Type) ?? standard
            from setting in found.Settings
            where setting.Property.DeclaringType == found.Type && !setting.IsList
            let expected = setting.Property.GetValue(standard)?.ToString() ?? ""
            let listed = setting.Property.GetValue(bound)?.ToString() ?? ""
            where expected != listed
            select $"{setting.Key} is \"{listed}\" in the example and \"{expected}\" in the code";

        Assert.Empty(UnknownKeys.In(example, catalogue));
        Assert.Empty(other);
    }

    [Theory]
    [InlineData("sqlite:///./inbox.db", DatabaseProvider.Sqlite, "Data Source=./inbox.db")]
    [InlineData("sqlite+aiosqlite:///data/inbox.db", DatabaseProvider.Sqlite, "Data Source=data/inbox.db")]
    [InlineData("sqlite+aiosqlite:////srv/inbox.db", DatabaseProvider.Sqlite, "Data Source=/srv/inbox.db")]
    [InlineData("postgresql://inbox:p%40ss@db.example:5433/inbox", DatabaseProvider.PostgreSql, "Host=db.example;Port=5433;Database=inbox;Username=inbox;Password=p@ss")]
    [InlineData("postgresql+asyncpg://inbox@db/inbox?ssl=require", DatabaseProvider.PostgreSql, "Host=db;Port=5432;Database=inbox;Username=inbox;SSL Mode=Require")]
    [InlineData("postgres://db/inbox", DatabaseProvider.PostgreSql, "Host=db;Port=5432;Database=inbox")]
    public void Older_addresses_of_databases_are_understood(string url, DatabaseProvider provider, string connection)
    {
        var read = DatabaseUrl.Read(url);

        Assert.Equal(provider, read?.Provider);
        Assert.StartsWith(connection, read?.ConnectionString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mysql://db/inbox")]
    [InlineData("inbox.db")]
    [InlineData("sqlite://")]
    [InlineData("postgresql:///")]
    public void Others_are_not(string url) => Assert.Null(DatabaseUrl.Read(url));

    [Fact]
    public void An_older_name_yields_to_a_real_key()
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>("Inbox:Meta:AppSecret", "real")]);
        configuration.AddOlderNames(name => name switch { "FB_APP_SECRET" => "older", "ICMP_API_KEY" => "master", _ => null });

        Assert.Equal("real", configuration["Inbox:Meta:AppSecret"]);
        Assert.Equal("master", configuration["Inbox:MasterApiKey"]);
    }

    [Fact]
    public void The_words_of_a_command_are_told_apart()
    {
        var command = new CreateUserCommand();

        var arguments = CommandArguments.Parse(["a@b.example", "--tenant", "shop", "--role=agent", "--password-stdin", "--Inbox:DataDirectory=/srv"], command);

        Assert.Equal(["a@b.example"], arguments.Words);
        Assert.Equal("shop", arguments.Get("tenant"));
        Assert.Equal("agent", arguments.Find("role"));
        Assert.True(arguments.Has("password-stdin"));
        Assert.Equal(["--Inbox:DataDirectory=/srv"], arguments.Settings);
        Assert.Throws<CommandException>(() => arguments.Get("name"));
        Assert.Throws<CommandException>(() => CommandArguments.Parse(["--tenant"], command));
    }
}
