using System.Collections.Immutable;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Demo;

/// <summary>One tool of the demo space, in the few numbers that make its policy.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Category">Tools of one category stand in for each other.</param>
/// <param name="AreaId">The room.</param>
/// <param name="CertificationId">What a member must hold, or null.</param>
/// <param name="LongestHours">Longest booking.</param>
/// <param name="Busy">How many bookings a good day brings.</param>
/// <param name="Description">What it is and does.</param>
internal sealed record DemoTool(
    string Id, string Name, string Category, string AreaId, string? CertificationId, int LongestHours, int Busy, string Description)
{
    public int Concurrency { get; init; } = 1;

    /// <summary>The longest duration holds in working hours only; evenings and weekends are for long jobs.</summary>
    public bool PeakOnly { get; init; }

    public static readonly Duration Shortest = Duration.FromMinutes(30);
    public static readonly Duration Grid = Duration.FromMinutes(15);

    public Policy Policy => new()
    {
        MinDuration = Shortest,
        MaxDuration = Duration.FromHours(LongestHours),
        Horizon = Duration.FromDays(LongestHours > 6 ? 28 : 14),
        MaxBookingsPerDay = 2,
        MaxFutureHours = Duration.FromHours(3 * LongestHours),
        Concurrency = Concurrency == 1 ? null : Concurrency,
        RequiredCertifications = CertificationId is null ? null : [CertificationId],
        Peak = PeakOnly ? [new PeakWindow(Workdays, new LocalTime(9, 0), new LocalTime(17, 0))] : null,
        Grid = Grid,
    };

    private static readonly ImmutableArray<IsoDayOfWeek> Workdays =
        [IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Wednesday, IsoDayOfWeek.Thursday, IsoDayOfWeek.Friday];
}

/// <summary>The rooms, certifications and tools of the demo space.</summary>
internal static class DemoTools
{
    /// <summary>Broken, and expected back in a few days.</summary>
    public const string Broken = "lathe-2";

    /// <summary>Has an outage planned within the week.</summary>
    public const string Serviced = "laser-2";

    public static readonly ImmutableArray<(string Id, string Name, int? Capacity)> Areas =
    [
        ("laser-room", "Laser room", 8), ("wood-shop", "Wood shop", 12), ("metal-shop", "Metal shop", 10), ("electronics-lab", "Electronics lab", 14),
        ("textile-studio", "Textile studio", 10), ("print-farm", "3D print farm", 12), ("ceramics-studio", "Ceramics studio", 8), ("wet-lab", "Wet lab", 6),
    ];

    public static readonly ImmutableArray<(string Id, string Name)> Certifications =
    [
        ("laser", "Laser cutting"), ("wood-machines", "Wood machines"), ("cnc", "CNC routing and milling"), ("metal-machines", "Metal machines"),
        ("welding", "Welding"), ("electronics", "Electronics bench"), ("sewing", "Industrial sewing"), ("printing-3d", "3D printing"),
        ("kiln", "Kiln firing"), ("wet-lab-safety", "Wet lab safety"),
    ];

    public static readonly ImmutableArray<DemoTool> All =
    [
        new("laser-1", "Laser cutter 1", "Laser cutters", "laser-room", "laser", 2, 4, "90 W CO2 tube, bed 900 × 600 mm, rotary axis in the drawer below. Wood, acrylic, paper, leather. No PVC.") { PeakOnly = true },
        new("laser-2", "Laser cutter 2", "Laser cutters", "laser-room", "laser", 2, 4, "90 W CO2 tube, bed 900 × 600 mm. The honeycomb lifts out for thick stock.") { PeakOnly = true },
        new("laser-3", "Laser cutter 3, small", "Laser cutters", "laser-room", "laser", 2, 3, "40 W CO2 tube, bed 600 × 400 mm. Fine engraving, rubber stamps."),
        new("fibre-laser", "Fibre laser marker", "Laser markers", "laser-room", "laser", 2, 2, "20 W, marks steel, aluminium and anodised parts, 110 mm field."),
        new("vinyl-cutter", "Vinyl cutter", "Cutting plotters", "laser-room", null, 3, 1, "Roll cutter up to 610 mm; transfer film on the shelf above."),

        new("table-saw", "Table saw with riving brake", "Saws", "wood-shop", "wood-machines", 3, 3, "315 mm blade that stops at the touch of a finger. Dust extraction starts with it."),
        new("band-saw", "Band saw", "Saws", "wood-shop", "wood-machines", 2, 2, "400 mm throat, 250 mm cutting height. Blades from 6 to 20 mm."),
        new("planer", "Planer and thicknesser", "Planers", "wood-shop", "wood-machines", 2, 2, "410 mm wide. No reclaimed wood: nails ruin the knives."),
        new("wood-lathe", "Wood lathe", "Wood lathes", "wood-shop", "wood-machines", 4, 1, "1000 mm between centres, bowls up to 460 mm."),
        new("cnc-router", "CNC router", "CNC machines", "wood-shop", "cnc", 6, 2, "Bed 2500 × 1250 mm, vacuum table, 3 kW spindle. Plywood, MDF, foam, soft plastics.") { PeakOnly = true },
        new("wood-bench", "Wood workbenches", "Benches", "wood-shop", null, 8, 4, "Six beech benches with vices and hand tools.") { Concurrency = 6 },
        new("spray-booth", "Spray booth", "Finishing", "wood-shop", "wood-machines", 3, 1, "Filtered, 2 × 2 m. Water-based lacquer only; oil finishes go to the drying rack."),

        new("lathe-1", "Metal lathe 1", "Metal lathes", "metal-shop", "metal-machines", 4, 2, "Swing 360 mm, 1000 mm between centres, digital readout."),
        new("lathe-2", "Metal lathe 2", "Metal lathes", "metal-shop", "metal-machines", 4, 2, "Swing 250 mm, collets up to 26 mm, for small turned parts."),
        new("knee-mill", "Knee mill", "Mills", "metal-shop", "metal-machines", 4, 2, "Three-axis readout, R8 collets, 1270 × 254 mm table."),
        new("cnc-mill", "CNC mill", "CNC machines", "metal-shop", "cnc", 6, 2, "Three axes, 500 × 400 × 300 mm, tool changer for eight tools. Aluminium, brass, plastics."),
        new("tig-welder", "TIG welder", "Welders", "metal-shop", "welding", 3, 2, "AC/DC 200 A. Helmets and gloves on the wall; extraction on before the arc."),
        new("mig-welder", "MIG welder", "Welders", "metal-shop", "welding", 3, 2, "250 A, mixed gas for mild steel."),
        new("sheet-brake", "Sheet-metal brake and shear", "Sheet metal", "metal-shop", "metal-machines", 2, 1, "1250 mm wide; steel to 1.5 mm, aluminium to 2.5 mm."),

        new("solder-bench", "Soldering benches", "Benches", "electronics-lab", "electronics", 6, 5, "Four places, each with a temperature-controlled iron, microscope and fume extraction.") { Concurrency = 4 },
        new("reflow-oven", "Reflow oven", "Reflow", "electronics-lab", "electronics", 2, 2, "300 × 320 mm drawer, four profiles. Lead-free paste only."),
        new("pick-and-place", "Pick and place", "Assembly", "electronics-lab", "electronics", 4, 1, "Two heads, 30 feeders, vision. Down to 0402."),
        new("oscilloscope-1", "Oscilloscope 1", "Oscilloscopes", "electronics-lab", "electronics", 4, 2, "Four channels, 500 MHz, logic probe with 16 lines."),
        new("oscilloscope-2", "Oscilloscope 2", "Oscilloscopes", "electronics-lab", "electronics", 4, 2, "Four channels, 200 MHz."),
        new("spectrum-analyser", "Spectrum analyser", "RF", "electronics-lab", "electronics", 4, 1, "9 kHz to 6 GHz with tracking generator and near-field probes."),

        new("sewing-1", "Industrial sewing machine 1", "Sewing machines", "textile-studio", "sewing", 4, 2, "Lockstitch with walking foot: canvas, leather, sailcloth."),
        new("sewing-2", "Industrial sewing machine 2", "Sewing machines", "textile-studio", "sewing", 4, 2, "Lockstitch for light and medium cloth."),
        new("overlocker", "Overlocker", "Overlockers", "textile-studio", "sewing", 3, 1, "Four threads, differential feed."),
        new("embroidery", "Embroidery machine", "Embroidery", "textile-studio", "sewing", 3, 2, "Six needles, 200 × 300 mm hoop; reads DST and PES."),
        new("cutting-table", "Cutting table", "Benches", "textile-studio", null, 4, 2, "3 × 1.5 m with roll holder.") { Concurrency = 2 },

        new("printer-1", "FDM printer 1", "FDM printers", "print-farm", "printing-3d", 12, 2, "256 mm cube, PLA and PETG, four colours."),
        new("printer-2", "FDM printer 2", "FDM printers", "print-farm", "printing-3d", 12, 2, "256 mm cube, PLA and PETG, four colours."),
        new("printer-3", "FDM printer 3, large", "FDM printers", "print-farm", "printing-3d", 12, 1, "300 × 300 × 600 mm, heated chamber: ABS, ASA, nylon."),
        new("resin-printer", "Resin printer", "Resin printers", "print-farm", "printing-3d", 8, 1, "218 × 123 × 250 mm, wash and cure beside it. Gloves and glasses."),
        new("scanner-3d", "3D scanner", "Scanners", "print-farm", null, 2, 1, "Structured light, 0.05 mm; turntable for parts up to 5 kg."),

        new("kiln-1", "Kiln, large", "Kilns", "ceramics-studio", "kiln", 12, 1, "200 l, to 1280 °C. A firing runs over night; the door stays shut above 100 °C."),
        new("wheel", "Pottery wheels", "Wheels", "ceramics-studio", null, 3, 3, "Three wheels with splash pans; clay is weighed out at the desk.") { Concurrency = 3 },

        new("fume-hood", "Fume hood", "Fume hoods", "wet-lab", "wet-lab-safety", 4, 2, "1.5 m, with sink. Solvents in the yellow cabinet; log what you open."),
        new("centrifuge", "Centrifuge", "Centrifuges", "wet-lab", "wet-lab-safety", 2, 2, "6 × 50 ml or 24 × 2 ml, cooled, 15,000 rpm."),
        new("incubator", "Incubator", "Incubators", "wet-lab", "wet-lab-safety", 12, 1, "50 l, 5 to 70 °C, shaker plate."),
    ];
}
