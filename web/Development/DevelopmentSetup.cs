using Makerspace.Accounts;
using Makerspace.Jobs;
using Makerspace.ReadModels;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Development;

/// <summary>Move the clock: to an instant, or by a duration.</summary>
public sealed record ClockBody(OffsetDateTime? Now, Duration? Advance);

public sealed record ClockModel(OffsetDateTime Now);

/// <summary>A message sent.</summary>
public sealed record MailModel(OffsetDateTime At, string To, string Subject, string Text, string? Html, string? Calendar);

public sealed record DevTokenBody(string? Email);

public sealed record DevTokenModel(string Token);

/// <summary>Helpers that exist in Development only, where nobody but this machine is served.</summary>
internal static class DevelopmentSetup
{
    private static readonly Instant Latest = Instant.FromUtc(2099, 12, 31, 0, 0);

    /// <summary>Before the silo is added, so that everything in the process goes by this clock.</summary>
    public static void AddClock(this WebApplicationBuilder builder)
    {
        if (!builder.Environment.IsDevelopment()) return;
        builder.Services.AddSingleton<MovableClock>().AddSingleton<TimeProvider>(services => services.GetRequiredService<MovableClock>());
    }

    public static void MapDevelopment(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment()) return;
        var dev = app.MapGroup("/dev").AddEndpointFilterFactory(WellFormed.Filter).AllowAnonymous().ExcludeFromDescription();
        dev.MapGet("/clock", (TimeProvider time) => TypedResults.Ok(Model(time)));
        dev.MapPost("/clock", MoveClock);
        dev.MapGet("/mail", Mail);
        dev.MapPost("/tokens", MakeToken);
        dev.MapPost("/reset", Reset);
    }

    private static async Task<Results<Ok<ClockModel>, ProblemHttpResult>> MoveClock(Body<ClockBody> body, MovableClock clock, Schedule schedule, CancellationToken cancellation)
    {
        var from = clock.Now();
        Instant? to = body.Value switch
        {
            { Now: { } now, Advance: null } => now.ToInstant(),
            { Now: null, Advance: { } advance } => from + advance,
            _ => null,
        };
        if (to is null) return Problem.Malformed(null, "contradiction", "Give either now or advance.");
        if (to > Latest) return Problem.Malformed("advance", "time-out-of-range", "The clock does not go beyond the year 2099.");
        await schedule.Advance(from, to.Value, at => clock.MoveTo(at.ToDateTimeOffset()), cancellation);
        return TypedResults.Ok(Model(clock));
    }

    private static ClockModel Model(TimeProvider time) => new(OffsetDateTime.FromDateTimeOffset(time.GetUtcNow()));

    private static async Task<Ok<List<MailModel>>> Mail(string? to, MakerspaceDb db, CancellationToken cancellation)
    {
        var rows = db.Mail.AsNoTracking().Where(m => m.Channel == "mail");
        if (to is not null) rows = rows.Where(m => m.To == to);
        var newest = await rows.OrderByDescending(m => m.At).Take(200).ToListAsync(cancellation);
        return TypedResults.Ok(newest.ConvertAll(m => new MailModel(m.At.WithOffset(Offset.Zero), m.To, m.Subject, m.Text, m.Html, m.Calendar)));
    }

    private static async Task<Results<Ok<DevTokenModel>, ProblemHttpResult>> MakeToken(
        Body<DevTokenBody> body, AccountDesk accounts, TokenDesk tokens, MakerspaceDb db, IReadModels readModels, CancellationToken cancellation)
    {
        var email = body.Value.Email ?? "";
        var account = await accounts.Find(email);
        if (account is null)
        {
            // Imported members have no account until they ask for one: here, asking for a token is asking.
            await readModels.CaughtUp(cancellation);
            if (await db.Members.AsNoTracking().FirstOrDefaultAsync(m => m.Email == email, cancellation) is { } member)
                (account, _) = await accounts.Provide(new NewAccount(email, member.Name, Roles.Member), cancellation);
        }
        if (account is null) return Problem.Unknown("account");
        var (_, secret) = await tokens.Create(account.Id, "Development", "*", null, cancellation);
        return TypedResults.Ok(new DevTokenModel(secret));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Reset(IServiceProvider services, CancellationToken cancellation)
    {
        await services.GetRequiredService<IDataReset>().Reset(cancellation);
        return TypedResults.NoContent();
    }
}
