using System.Collections.Immutable;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Tools;

namespace Makerspace.Import;

/// <summary>What an import will do: one line a record, each with the steps that carry it out. Made by pure functions; writing is the applier's.</summary>
public sealed record ImportPlan(ImmutableArray<string> Remarks, ImmutableArray<PlannedLine> Lines)
{
    /// <summary>The plan as a report of what would be.</summary>
    public ImportReport AsDryRun()
    {
        var lines = Lines.Select(l => l.Line).ToImmutableArray();
        return new(DryRun: true, ImportTotals.Of(lines), Remarks, lines);
    }
}

/// <summary>A line of the report and what it takes to make it true. Unchanged and skipped lines take nothing.</summary>
public sealed record PlannedLine(ImportLine Line, ImmutableArray<ImportStep> Steps);

/// <summary>One write. Each is idempotent, and they are carried out in the order of the kinds below.</summary>
public abstract record ImportStep;

/// <summary>Makes or changes an area.</summary>
public sealed record DefineArea(string AreaId, AreaDefinition Definition) : ImportStep;

/// <summary>Adds a certification to the space, or renames it.</summary>
public sealed record NameCertification(string CertificationId, string Name) : ImportStep;

/// <summary>Adds a closure to the space, or changes the one with its id.</summary>
public sealed record PlaceClosure(Closure Closure) : ImportStep;

/// <summary>Makes or changes a tool, unless it is no longer at the version that the plan saw.</summary>
public sealed record DefineTool(string ToolId, ToolDefinition Definition, long SeenVersion) : ImportStep;

/// <summary>Plans an outage of a tool.</summary>
public sealed record PlaceToolOutage(string ToolId, Outage Outage) : ImportStep;

/// <summary>Plans an outage of an area.</summary>
public sealed record PlaceAreaOutage(string AreaId, Outage Outage) : ImportStep;

/// <summary>Makes or changes a member, unless they are no longer at the version that the plan saw.</summary>
public sealed record DefineMember(string MemberId, MemberDefinition Definition, long SeenVersion) : ImportStep;

/// <summary>Grants a certification, unless what the member holds is no longer what the plan saw, or it was taken away.</summary>
/// <param name="MemberId">Whose.</param>
/// <param name="Certification">What.</param>
/// <param name="Seen">The one they held when it was planned; null: none.</param>
public sealed record CertifyMember(string MemberId, Certification Certification, Certification? Seen = null) : ImportStep;

/// <summary>Opens an account for a member, without a password unless one is given, or adds roles to the one they have.</summary>
public sealed record OpenAccount(string MemberId, string Email, ImmutableArray<string> Roles, string? Password = null) : ImportStep;

/// <summary>Writes a booking that is over into the journal. It decides nothing any more, so no rule is asked.</summary>
public sealed record RememberBooking(Guid BookingId, BookingRequest Request) : ImportStep;

/// <summary>Books as anybody does, through the booking's grain; a refusal turns the line into a skipped one.</summary>
public sealed record Book(Guid BookingId, BookingRequest Request) : ImportStep;
