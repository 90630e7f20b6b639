using Makerspace.Accounts;
using Makerspace.Members;
using Makerspace.Notices;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using Makerspace.Web.Pages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Web.Notices;

/// <summary>What a letter says, and where its reader goes on from there.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Link">Where one sees it, or does what it asks for.</param>
/// <param name="Lines">Paragraphs.</param>
public sealed record Said(string Subject, string Link, params string[] Lines)
{
    /// <summary>Goes to an address, whosever it is: nobody is called by a name that somebody else may have typed, or led to what only members choose.</summary>
    public bool ToAnyone { get; init; }
}

/// <summary>What a letter is put into words with: the reader's language is the current one, and times are in their zone.</summary>
public sealed record Saying(IStringLocalizer<Texts> T, Words Words, AccountLinks Links, SpaceFacts Space, Instant Now)
{
    /// <summary>What its reader wants to be told.</summary>
    public NoticeSettings Wishes { get; init; } = new();

    public string Certification(string id) => Space.Certifications.GetValueOrDefault(id, id);
}

/// <summary>Whom a letter goes to. <see cref="MemberId"/>: whose language and zone it has.</summary>
public sealed record Recipient(string? MemberId, string Name, string Email);

/// <summary>
/// Letters that nobody opts out of: what somebody has to know or asked for. Each is put down once, whichever node or run comes to it again, in the language and zone that its reader chose
/// (<see cref="NoticeSettings"/>), as text and HTML, with a link; from the outbox it goes out as everything does.
/// </summary>
internal sealed class Letters(
    IDbContextFactory<MakerspaceDb> databases, IGrainFactory grains, NoticeWriter writer, AccountLinks links, NoticeLinks notices, IStringLocalizer<Texts> texts, TimeProvider time)
{
    /// <summary>Writes to a member, unless it was written before or they have no address.</summary>
    /// <param name="memberId">To whom.</param>
    /// <param name="about">With the member this is what makes the letter the same as another.</param>
    /// <param name="say">What it says.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="notAfter">From then on it is of no use, and is not sent.</param>
    public async Task Send(string memberId, string[] about, Func<Saying, Said> say, CancellationToken cancellation, Instant? notAfter = null)
    {
        if (await Member(memberId) is { } to) await Send(to, s => [(DerivedId.Of([.. about, memberId]), say(s))], cancellation, notAfter);
    }

    /// <summary>Several, to whomever it concerns.</summary>
    public async Task Send(Recipient to, Func<Saying, IEnumerable<(Guid Id, Said Said)>> say, CancellationToken cancellation, Instant? notAfter = null)
    {
        var (space, now) = (await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts(), time.Now());
        if (notAfter <= now) return;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var settings = to.MemberId is { } member ? (await db.NoticeSettings.AsNoTracking().FirstOrDefaultAsync(s => s.MemberId == member, cancellation))?.Settings() : null;
        var reader = new Reader(to.Name, settings ?? new NoticeSettings(), (settings ?? new NoticeSettings()).Zone(space.Zone), space.Zone, now);
        var all = NoticeWriter.In(reader, () => say(new Saying(texts, new Words(texts, reader.Zone, now), links, space, now) { Wishes = reader.Settings }).ToList());
        foreach (var (id, said) in all) await Put(db, id, to, said, reader, space, notAfter, cancellation);
    }

    /// <summary>Whether that letter was put down.</summary>
    public async Task<bool> Wrote(Guid id, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Mail.AnyAsync(m => m.Id == id, cancellation);
    }

    /// <summary>Where a member is reached; null where they have no address.</summary>
    public async Task<Recipient?> Member(string memberId) =>
        await grains.GetGrain<IMemberGrain>(Keys.Member(memberId)).View() is { Definition: { Email: { Length: > 0 } email } member } ? new Recipient(memberId, member.Name, email) : null;

    private async Task Put(MakerspaceDb db, Guid id, Recipient to, Said said, Reader reader, SpaceFacts space, Instant? notAfter, CancellationToken cancellation)
    {
        if (await db.Mail.AnyAsync(m => m.Id == id, cancellation)) return;
        var (text, html) = writer.Letter(said, reader, space.Name, to.MemberId is null ? null : notices.Settings);
        var row = db.Mail.Add(new MailRow
        {
            Id = id, At = reader.Now, To = to.Email, MemberId = to.MemberId, Subject = said.Subject, Text = text, Html = html, NotAfter = notAfter,
        });
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException)
        {
            // Another node was faster, or it has failed for another reason: then it is not there.
            row.State = EntityState.Detached;
            if (!await db.Mail.AnyAsync(m => m.Id == id, cancellation)) throw;
        }
    }
}
