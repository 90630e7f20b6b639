using System.Collections.Immutable;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Trainings;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Trainings;

/// <summary>When certifications lapse because nothing that asks for them is used, as far as is known now: each use puts it off.</summary>
internal static class ComingLapses
{
    /// <summary>Lapses to come of certificates that hold now. Never later than they really are: whoever wakes then may have to look again.</summary>
    /// <param name="db">Where the certificates are.</param>
    /// <param name="grains">Where members know what they used.</param>
    /// <param name="lapses">After how long of disuse certifications lapse.</param>
    /// <param name="now">Only later ones count.</param>
    /// <param name="longest">How long before anybody wants to know.</param>
    /// <param name="most">So many of one certification are looked at, those that were granted first.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task<List<(string MemberId, Instant End)>> Of(
        MakerspaceDb db, IGrainFactory grains, ImmutableDictionary<string, Duration> lapses, Instant now, Duration longest, int most, CancellationToken cancellation)
    {
        var coming = new List<(string MemberId, Instant End)>();
        foreach (var (id, after) in lapses)
        {
            var live = db.Certificates.AsNoTracking().Where(c => c.EndedAt == null && c.CertificationId == id && (c.Until == null || c.Until > now));
            // Who holds it for so short a time that nobody wants to know yet, whatever they used, is not asked what that was.
            var fresh = now + longest - after;
            coming.AddRange((await live.Where(c => c.From > fresh).OrderBy(c => c.From).Select(c => new { c.MemberId, c.From }).Take(most).ToListAsync(cancellation)).Select(c => (c.MemberId, c.From + after)));
            foreach (var row in await live.Where(c => c.From <= fresh).OrderBy(c => c.From).Take(most).ToListAsync(cancellation))
            {
                var used = await grains.GetGrain<IMemberGrain>(Keys.Member(row.MemberId)).LastUsed();
                coming.Add((row.MemberId, Lapsing.At(row.From, used.TryGetValue(id, out var at) ? at : null, after)));
            }
        }
        return [.. coming.Where(c => c.End > now)];
    }
}
