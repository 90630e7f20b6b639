using System.Buffers.Text;
using System.Globalization;
using System.Net.Mail;
using System.Security.Claims;
using System.Text;
using Makerspace.Accounts;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Web.Http;
using Makerspace.Web.Notices;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Accounts;

/// <summary>
/// Everything that can be done with accounts, for pages, API and command line alike. Whether an address has an account is told to nobody:
/// the answers, and about how long they take, are the same either way.
/// </summary>
public sealed class AccountDesk(
    UserManager<Account> users, RoleManager<IdentityRole> roles, SignInManager<Account> signIn, MakerspaceDb db, IReadModels readModels, IMailer mailer,
    IGrainFactory grains, AttemptLimiter limiter, TokenDesk tokens, AccountLinks links, NoticeDesk notices, IStringLocalizer<Texts> texts)
{
    /// <summary>The claim that keeps a person's name from sign-up on.</summary>
    public const string NameClaim = "name";

    /// <summary>Asks for an account. A link to confirm it is mailed; the account can do nothing before.</summary>
    /// <returns>What is wrong with the input; empty where a message was sent, whichever.</returns>
    /// <param name="next">Where to go on once the address is confirmed: a path of this site.</param>
    public async Task<IReadOnlyList<Fault>> SignUp(string name, string email, string password, CancellationToken cancellation, string? next = null)
    {
        var account = new Account { UserName = email, Email = email };
        var faults = await Wrong(name, account, password);
        if (faults.Count > 0 || !limiter.MaySendMessage(users.NormalizeEmail(email))) return faults;
        if (await users.FindByEmailAsync(email) is { } known)
        {
            users.PasswordHasher.HashPassword(known, password);
            await (known.EmailConfirmed ? SendKnown(known, next, cancellation) : SendConfirmation(known, next, cancellation));
            return [];
        }
        // Two sign-ups with one address in the same instant: the second fails on the unique name, and is answered like any other.
        if ((await users.CreateAsync(account, password)).Succeeded)
        {
            await users.AddClaimAsync(account, new Claim(NameClaim, name.Trim()));
            await SendConfirmation(account, next, cancellation);
        }
        return [];
    }

    /// <summary>Confirms the address with the token that was mailed; makes the member. The token works once.</summary>
    public async Task<bool> ConfirmEmail(string accountId, string token, CancellationToken cancellation)
    {
        if (await users.FindByIdAsync(accountId) is not { } account || Decoded(token) is not { } code) return false;
        if (!(await users.ConfirmEmailAsync(account, code)).Succeeded) return false;
        await users.UpdateSecurityStampAsync(account);
        await GiveMember(account, (await users.GetClaimsAsync(account)).FirstOrDefault(c => c.Type == NameClaim)?.Value ?? account.Email!, cancellation, joins: true);
        await Grant(account, Roles.Member);
        await notices.Speaks(account.MemberId, CultureInfo.CurrentUICulture, onlyFirst: true, cancellation);
        return true;
    }

    /// <summary>Signs in, without asking for the password again, whoever confirms in the browser in which they signed up with that address.</summary>
    /// <param name="accountId">The account that was confirmed.</param>
    /// <param name="signedUpHere">The address that this browser signed up with; null: none.</param>
    public async Task<bool> Enter(string accountId, string? signedUpHere)
    {
        if (signedUpHere is null || await users.FindByIdAsync(accountId) is not { EmailConfirmed: true } account || !string.Equals(account.Email, signedUpHere, StringComparison.OrdinalIgnoreCase)) return false;
        await signIn.SignInAsync(account, isPersistent: true);
        return true;
    }

    /// <summary>Signs a browser in. False: wrong password, no such account, not confirmed or locked for a while; which, is not told.</summary>
    public async Task<bool> SignIn(string email, string password, bool remember)
    {
        if (limiter.MayTryPassword(users.NormalizeEmail(email)) && await users.FindByEmailAsync(email) is { } account)
        {
            var result = await signIn.PasswordSignInAsync(account, password, remember, lockoutOnFailure: true);
            if (result.Succeeded) return true;
            if (!result.IsLockedOut && !result.IsNotAllowed) return false;
        }
        users.PasswordHasher.HashPassword(new Account(), password);
        return false;
    }

    public Task SignOut() => signIn.SignOutAsync();

    /// <summary>Mails a link to set a new password, if there is an account.</summary>
    public async Task RequestReset(string email, CancellationToken cancellation)
    {
        if (!limiter.MaySendMessage(users.NormalizeEmail(email))) return;
        if (await users.FindByEmailAsync(email) is not { EmailConfirmed: true } account) return;
        await SendReset(account, cancellation);
    }

    /// <summary>Sets a new password with the token that was mailed. The token works once; other browsers are signed out.</summary>
    /// <returns>What is wrong; empty if the password was set.</returns>
    public async Task<IReadOnlyList<Fault>> Reset(string accountId, string token, string password)
    {
        var account = await users.FindByIdAsync(accountId);
        if (await WrongPassword(account ?? new Account(), password) is { Count: > 0 } faults) return faults;
        if (account is null || Decoded(token) is not { } code || !(await users.ResetPasswordAsync(account, code, password)).Succeeded)
            return [new Fault("token", "link-invalid", "This link has been used, has expired, or is not whole. Ask for a new one.")];
        await users.SetLockoutEndDateAsync(account, null);
        return [];
    }

    /// <summary>Makes an account at once, confirmed: for staff, the command line and the demo space. Without a password, a reset link gives the first one.</summary>
    /// <returns>The account (an existing one is returned as it is, with the role added), or what is wrong.</returns>
    public async Task<(Account? Account, IReadOnlyList<Fault> Faults)> Provide(NewAccount wanted, CancellationToken cancellation)
    {
        var account = await users.FindByEmailAsync(wanted.Email);
        if (account is null)
        {
            account = new Account { UserName = wanted.Email, Email = wanted.Email, EmailConfirmed = true, MemberId = wanted.MemberId ?? "" };
            if (!IsEmail(wanted.Email)) return (null, [new Fault("email", "malformed-email", "This is no e-mail address.")]);
            if (wanted.Password is { } password && await WrongPassword(account, password) is { Count: > 0 } faults) return (null, faults);
            var made = wanted.Password is null ? await users.CreateAsync(account) : await users.CreateAsync(account, wanted.Password);
            if (!made.Succeeded) return (null, Faults(made));
            await users.AddClaimAsync(account, new Claim(NameClaim, wanted.Name));
        }
        if (account.MemberId.Length == 0) await GiveMember(account, wanted.Name, cancellation);
        else await EnsureMember(account.MemberId, wanted.Name, account.Email!);
        foreach (var role in new[] { Roles.Member, wanted.Role }.Distinct()) await Grant(account, role);
        return (account, []);
    }

    /// <summary>The account with that address, or null. For staff and the command line.</summary>
    public Task<Account?> Find(string email) => users.FindByEmailAsync(email);

    /// <summary>Tells a person that staff made an account for them, with a link to set the password.</summary>
    public async Task Invite(Account account, CancellationToken cancellation) =>
        await mailer.Send(account.Email!, LetterTexts.AccountMade(texts, links.Reset(account.Id, await ResetToken(account))), cancellation);

    private async Task Grant(Account account, string role)
    {
        if (!await roles.RoleExistsAsync(role)) await roles.CreateAsync(new IdentityRole(role));
        if (!await users.IsInRoleAsync(account, role)) await users.AddToRoleAsync(account, role);
        tokens.Forget();
    }

    /// <summary>The member with the account's address, which is proven by now, or a new one on the default plan.</summary>
    private async Task GiveMember(Account account, string name, CancellationToken cancellation, bool joins = false)
    {
        await readModels.CaughtUp(cancellation);
        var email = account.Email!;
        // Only one account may act as a member, so one that has an account already is left alone.
        var imported = await db.Members.Where(m => m.Email == email && !db.Users.Any(u => u.MemberId == m.Id)).Select(m => m.Id).FirstOrDefaultAsync(cancellation);
        account.MemberId = imported ?? Ids.Random("m");
        if (imported is null) await EnsureMember(account.MemberId, name, email, joins);
        await users.UpdateAsync(account);
    }

    /// <summary>An active member on the default plan; one that exists stays as it is.</summary>
    private async Task<MemberView?> EnsureMember(string memberId, string name, string email, bool joins = false)
    {
        var definition = new MemberDefinition { Name = name, Email = email };
        if (joins) definition = definition with { Membership = Joining(await grains.Space()) };
        return await grains.GetGrain<IMemberGrain>(Keys.Member(memberId)).Define(definition, memberId, expectedVersion: 0);
    }

    /// <summary>Of somebody who has just signed up: the default plan, active unless it has to be paid first.</summary>
    private static Membership Joining(SpaceFacts space) => space.Billing is null
        ? new Membership()
        : new Membership { PlanId = space.DefaultPlan ?? "standard", Active = space.Plans.GetValueOrDefault(space.DefaultPlan ?? "standard")?.Price is null };

    private async Task SendConfirmation(Account account, string? next, CancellationToken cancellation) => await mailer.Send(
        account.Email!, LetterTexts.ConfirmAddress(texts, links.Confirm(account.Id, Encoded(await users.GenerateEmailConfirmationTokenAsync(account)), next)), cancellation);

    private Task SendKnown(Account account, string? next, CancellationToken cancellation) => mailer.Send(account.Email!, LetterTexts.AccountKnown(texts, links.SignInTo(next)), cancellation);

    private async Task SendReset(Account account, CancellationToken cancellation) =>
        await mailer.Send(account.Email!, LetterTexts.NewPassword(texts, links.Reset(account.Id, await ResetToken(account))), cancellation);

    private async Task<string> ResetToken(Account account) => Encoded(await users.GeneratePasswordResetTokenAsync(account));

    private async Task<IReadOnlyList<Fault>> Wrong(string name, Account account, string password)
    {
        var faults = new List<Fault>();
        if (string.IsNullOrWhiteSpace(name) || name.Length > 100) faults.Add(new Fault("name", "malformed-name", "Give a name of at most 100 characters."));
        if (!IsEmail(account.Email)) faults.Add(new Fault("email", "malformed-email", "This is no e-mail address."));
        return [.. faults, .. await WrongPassword(account, password)];
    }

    private async Task<IReadOnlyList<Fault>> WrongPassword(Account account, string password)
    {
        if (password.Length > 200) return [new Fault("password", "password-too-long", "The password is longer than 200 characters.")];
        var faults = new List<Fault>();
        foreach (var rule in users.PasswordValidators) faults.AddRange(Faults(await rule.ValidateAsync(users, account, password)));
        return faults;
    }

    private static IReadOnlyList<Fault> Faults(IdentityResult result) =>
        [.. result.Errors.Select(e => e.Code.StartsWith("Password", StringComparison.Ordinal)
            ? new Fault("password", e.Code == nameof(IdentityErrorDescriber.PasswordTooShort) ? "password-too-short" : "password-too-simple", e.Description)
            : new Fault("email", "email-not-possible", e.Description))];

    internal static bool IsEmail(string? text) =>
        text is { Length: > 2 and <= 200 } && MailAddress.TryCreate(text, out var address) && address.Address == text && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));

    private static string Encoded(string token) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(token));

    private static string? Decoded(string token)
    {
        try { return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)); }
        catch (FormatException) { return null; }
    }
}

/// <summary>An account to make at once.</summary>
/// <param name="Role">One of <see cref="Roles"/>.</param>
/// <param name="Password">Null: none yet.</param>
/// <param name="MemberId">The member it acts as; null: the one with the same address, or a new one.</param>
public sealed record NewAccount(string Email, string Name, string Role, string? Password = null, string? MemberId = null);

/// <summary>Addresses in messages. They come from the configuration, never from a request's Host header.</summary>
public sealed class AccountLinks(IConfiguration configuration)
{
    private string Base => configuration.PublicUrl();

    public string SignIn => $"{Base}/sign-in";

    /// <summary>What somebody owes, has and pays with.</summary>
    public string Money => $"{Base}/money";

    public string Booking(Guid bookingId) => $"{Base}/bookings/{bookingId}";

    public string Tool(string toolId) => $"{Base}/tools/{toolId}";

    /// <summary>What somebody waits for, and is offered.</summary>
    public string Waiting => $"{Base}/waitlist";

    /// <summary>What a certificate proves, for whoever has its token or code.</summary>
    public string Verify(string token) => $"{Base}/verify/{token}";

    /// <summary>What somebody holds, and what leads to more.</summary>
    public string Passport => $"{Base}/passport";

    /// <summary>A mentor's own week.</summary>
    public string Mentoring => $"{Base}/mentoring";

    /// <summary>Where trainers find what waits for them.</summary>
    public string Teaching => $"{Base}/teach";

    public string Trainings => $"{Base}/trainings";

    public string Training(Guid trainingId) => $"{Base}/trainings/{trainingId}";

    /// <summary>A session with a mentor, for its two sides.</summary>
    public string Session(Guid bookingId) => $"{Base}/sessions/{bookingId}";

    public string Events => $"{Base}/events";

    public string Event(Guid eventId) => $"{Base}/events/{eventId}";

    /// <summary>Where somebody accepts an invitation into a company.</summary>
    public string Invitation(string secret) => $"{Base}/invitations/{secret}";

    /// <summary>The same, and then on to a path of this site.</summary>
    public string SignInTo(string? next) => next is null ? SignIn : $"{SignIn}?ReturnUrl={Uri.EscapeDataString(next)}";

    public string Confirm(string accountId, string token, string? next = null) =>
        $"{Base}/confirm?account={accountId}&token={token}" + (next is null ? "" : "&next=" + Uri.EscapeDataString(next));

    public string Reset(string accountId, string token) => $"{Base}/reset?account={accountId}&token={token}";
}
