using System.CommandLine;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Web.CommandLine;

/// <summary><c>makerspace token create</c> and <c>makerspace user create</c>.</summary>
internal static class AccountCommands
{
    private static readonly string[] Roles = [Makerspace.Accounts.Roles.Member, Makerspace.Accounts.Roles.Mentor, Makerspace.Accounts.Roles.Staff, Makerspace.Accounts.Roles.Admin];

    public static Command Token()
    {
        var token = new ExplainedCommand("token", "Personal access tokens, for programs.", "makerspace token create --user ada@example.org --scopes \"read book\"");
        token.Add(TokenCreate());
        return token;
    }

    public static Command User()
    {
        var user = new ExplainedCommand("user", "Accounts.", "makerspace user create --email ada@example.org --name \"Ada Example\" --role admin");
        user.Add(UserCreate());
        return user;
    }

    private static ExplainedCommand TokenCreate()
    {
        var command = new ExplainedCommand(
            "create", "Make a token for an account and print it. It is shown this once: only its hash is kept.",
            "makerspace token create --user ada@example.org", "makerspace token create --user ada@example.org --scopes \"read book\" --expires 2027-01-31");
        var user = new Option<string>("--user") { Description = "The account's e-mail address", HelpName = "EMAIL", Required = true };
        var scopes = new Option<string>("--scopes") { Description = "What it may do: read, book, manage, with spaces between; * for all that the account may", HelpName = "SCOPES", DefaultValueFactory = _ => "*" };
        var expires = new Option<string?>("--expires") { Description = "Last day it is good for [default: for good]", HelpName = "DATE" };
        var name = new Option<string>("--name") { Description = "What the account's page calls it", HelpName = "NAME", DefaultValueFactory = _ => "Command line" };
        foreach (var option in new Option[] { user, scopes, expires, name }) command.Add(option);
        scopes.Validators.Add(result =>
        {
            var words = (result.GetValueOrDefault<string>() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words.Except(TokenDesk.Scopes, StringComparer.Ordinal).Any()) result.AddError("--scopes takes read, book, manage, or *.");
        });
        expires.Validators.Add(result =>
        {
            if (!LocalDatePattern.Iso.Parse(result.GetValueOrDefault<string>() ?? "").Success) result.AddError("--expires takes a date such as 2027-01-31.");
        });
        command.SetAction((parsed, cancellation) => LocalSilo.Run(
            SharedOptions.Read(parsed),
            (services, stop) => CreateToken(services, new(parsed.GetRequiredValue(user), parsed.GetRequiredValue(name), parsed.GetRequiredValue(scopes), parsed.GetValue(expires)), stop),
            "Or make the token in the running server: on the account's page, or POST /api/v1/account/tokens.", cancellation));
        return command;
    }

    private static ExplainedCommand UserCreate()
    {
        var command = new ExplainedCommand(
            "create", "Make an account with its member, or give one that is there a further role.",
            "makerspace user create --email ada@example.org --name \"Ada Example\" --role admin --password-stdin < password.txt",
            "makerspace user create --email bo@example.org --name \"Bo Example\" --role member");
        var email = new Option<string>("--email") { Description = "The address to sign in with", HelpName = "EMAIL", Required = true };
        var name = new Option<string>("--name") { Description = "The person's name", HelpName = "NAME", Required = true };
        var role = new Option<string>("--role") { Description = "member, mentor, staff or admin", HelpName = "ROLE", DefaultValueFactory = _ => Makerspace.Accounts.Roles.Member }.AcceptOnlyFromAmong(Roles);
        var password = new Option<bool>("--password-stdin") { Description = "Read the password of a new account from standard input; without it one is set by 'forgotten password'" };
        foreach (var option in new Option[] { email, name, role, password }) command.Add(option);
        command.SetAction((parsed, cancellation) => LocalSilo.Run(
            SharedOptions.Read(parsed),
            async (services, stop) =>
            {
                var secret = parsed.GetValue(password) ? await Console.In.ReadLineAsync(stop) ?? "" : null;
                return await CreateUser(services, new(parsed.GetRequiredValue(email), parsed.GetRequiredValue(name), parsed.GetRequiredValue(role), secret), stop);
            },
            "Or add the member in the running server: on the members' page, or POST /api/v1/members.", cancellation));
        return command;
    }

    private static async Task<int> CreateToken(IServiceProvider services, WantedToken wanted, CancellationToken cancellation)
    {
        if (await services.GetRequiredService<AccountDesk>().Find(wanted.Email) is not { } account)
            return await LocalSilo.Say($"There is no account {wanted.Email}. makerspace user create makes one.", MakerspaceCommand.Failed);
        var expires = wanted.Expires is null ? (Instant?)null : await EndOf(services, LocalDatePattern.Iso.Parse(wanted.Expires).Value);
        if (expires <= services.GetRequiredService<TimeProvider>().Now()) return await LocalSilo.Say($"{wanted.Expires} is over.", MakerspaceCommand.Failed);
        var (_, secret) = await services.GetRequiredService<TokenDesk>().Create(account.Id, wanted.Name, wanted.Scopes, expires, cancellation);
        await Console.Out.WriteLineAsync(secret);
        return MakerspaceCommand.Done;
    }

    private static async Task<Instant> EndOf(IServiceProvider services, LocalDate day)
    {
        var space = await services.GetRequiredService<IGrainFactory>().GetGrain<Makerspace.Spaces.ISpaceGrain>(Keys.Space).Facts();
        return space.Zone.AtStartOfDay(day.PlusDays(1)).ToInstant();
    }

    private static async Task<int> CreateUser(IServiceProvider services, NewAccount wanted, CancellationToken cancellation)
    {
        var desk = services.GetRequiredService<AccountDesk>();
        var known = await desk.Find(wanted.Email) is not null;
        if (known && wanted.Password is not null) return await LocalSilo.Say($"There is an account {wanted.Email} already; its password is not changed here.", MakerspaceCommand.Failed);
        var (account, faults) = await desk.Provide(wanted, cancellation);
        if (account is null) return await LocalSilo.Say(faults[0].Message, MakerspaceCommand.Failed);
        await Console.Out.WriteLineAsync($"{wanted.Email} {(known ? "has" : "is made, with")} the role {wanted.Role}; member {account.MemberId}.");
        return MakerspaceCommand.Done;
    }

    private sealed record WantedToken(string Email, string Name, string Scopes, string? Expires);
}
