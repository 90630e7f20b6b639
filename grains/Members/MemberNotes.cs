using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Time;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Members;

/// <summary>What staff noted about a member: for staff alone, the member never reads it. Apart from the member, so that no booking has to read it either.</summary>
[Alias("makerspace.member-notes")]
public interface IMemberNotesGrain : IGrainWithStringKey
{
    /// <summary>Newest first.</summary>
    [ReadOnly, Alias("view")] Task<ImmutableArray<MemberNote>> View();

    /// <summary>Adds a note. The same id again changes nothing.</summary>
    /// <returns>False where there are as many as are kept: <see cref="MemberNote.Most"/>.</returns>
    [Alias("add")] Task<bool> Add(Guid id, string text, string actor);

    /// <summary>Takes a note away; the journal keeps it.</summary>
    /// <returns>False if there is none.</returns>
    [Alias("remove")] Task<bool> Remove(Guid id, string actor);
}

/// <summary>A note about a member.</summary>
[GenerateSerializer, Immutable, Alias("member-note")]
public sealed record MemberNote([property: Id(0)] Guid Id, [property: Id(1)] Instant At, [property: Id(2)] string By, [property: Id(3)] string Text)
{
    /// <summary>How many a member may have.</summary>
    public const int Most = 200;
}

/// <summary>The notes about a member.</summary>
internal sealed record MemberNotesState : IHasOutbox
{
    public ImmutableArray<MemberNote> Notes { get; init; } = [];

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

[GrainType("notes")]
internal sealed class MemberNotesGrain([PersistentState("notes")] IPersistentState<MemberNotesState> state, TimeProvider time)
    : SavingGrain<MemberNotesState>(state), IMemberNotesGrain
{
    private string MemberId => Keys.Id(this.GetPrimaryKeyString());

    public Task<ImmutableArray<MemberNote>> View() => Task.FromResult(State.Notes.Reverse().ToImmutableArray());

    public async Task<bool> Add(Guid id, string text, string actor)
    {
        if (State.Notes.Any(n => n.Id == id)) return true;   // a retry
        if (State.Notes.Length >= MemberNote.Most) return false;
        var note = new MemberNote(id, time.Now(), actor, text);
        await Save(State with { Notes = State.Notes.Add(note), Outbox = [new MemberNoted(note.At, actor, MemberId, note, Removed: false)] });
        return true;
    }

    public async Task<bool> Remove(Guid id, string actor)
    {
        if (State.Notes.FirstOrDefault(n => n.Id == id) is not { } note) return false;
        await Save(State with { Notes = State.Notes.Remove(note), Outbox = [new MemberNoted(time.Now(), actor, MemberId, note, Removed: true)] });
        return true;
    }
}
