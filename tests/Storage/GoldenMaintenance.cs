using Makerspace.Maintenance;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Storage;

/// <summary>A problem, a work order and a tool's upkeep with everything set, for the golden files.</summary>
internal static class GoldenMaintenance
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 23, 9, 0);
    private static readonly Guid Id = new("7f3a0000-0000-4000-8000-000000000001");
    private static readonly Slot Slot = new(Now + Duration.FromHours(1), Now + Duration.FromHours(2));

    public static ProblemView Problem => new()
    {
        Id = Id, Report = new ProblemReport { ToolId = "laser-1", Words = "It smells", Hazard = true, Unusable = true }, State = ProblemState.Duplicate, ReportedBy = "ada",
        ReportedAt = Now, Photo = "image/png", WorkOrderId = Id, SameAs = Id, Answer = "Mended", ClosedAt = Now,
    };

    public static WorkOrderView Order => new()
    {
        Id = Id, State = WorkOrderState.Done, MadeAt = Now, MadeBy = "grace", ClosedAt = Now, ClosedBy = "grace", Result = "New lens", Version = 3, Settled = true,
        Definition = new WorkOrderDefinition
        {
            Title = "Lens", Target = WorkTarget.Resource, TargetId = "dust", Tasks = [new WorkTask("Clean it", true)], Parts = [new WorkPart("Lens", 1.5m, 4000)],
            Times = [new WorkTime("grace", Duration.FromMinutes(45), Now)], OtherCost = new Money(900, "eur"), AssigneeId = "grace", ExpectedBack = Now, Problems = [Id],
            PlanId = "grease", Notes = "Spare in the drawer", Displaced = [Id], TakesOut = true,
        },
    };

    public static UpkeepView Upkeep => new("laser-1", [new MeterView(Meter, 120.5m, 3.25m)], [Plan]) { LookAt = Now };

    public static UpkeepState State => new()
    {
        Meters = [new MeterState { Definition = Meter, Value = 120.5m, Since = Now, Days = [new DayUse(new LocalDate(2026, 11, 22), 3.5m)] }], Plans = [Plan], Causes = ["hand-1"],
        Busy = new BusyHours { Minutes = [0, 60], Week = new LocalDate(2026, 11, 16) }, Stale = ["upkeep-grease-1"], Named = 2, LookAt = Now,
    };

    private static MeterDefinition Meter => new("spindle", "Spindle", MeterKind.Material, "kg", true) { FromDevice = true };

    private static PlanView Plan => new()
    {
        Definition = new PlanDefinition
        {
            Id = "grease", Name = "Grease", MeterId = "spindle", EveryUse = 60.5m, EveryDays = 30, Length = Duration.FromHours(2), Tasks = ["Wipe", "Grease"], AssigneeId = "grace",
        },
        Since = Now, Reading = 80.25m, Served = 4, Window = new Outage("upkeep-grease-2", "Grease", Slot), DueAt = Now, Urgent = true, Blocks = [new Outage("upkeep-grease-3", "Grease", Slot)],
        WorkOrderId = Id, LastOrder = Id, Turn = 2,
    };
}
