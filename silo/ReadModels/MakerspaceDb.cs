using Makerspace.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.ReadModels;

/// <summary>Journal, read models and accounts. The schema is made by the numbered scripts in Storage/Schema, never by EF.</summary>
public sealed class MakerspaceDb(DbContextOptions<MakerspaceDb> options) : IdentityDbContext<Account, IdentityRole, string>(options)
{
    public DbSet<BookingRow> Bookings => Set<BookingRow>();
    public DbSet<ToolRow> Tools => Set<ToolRow>();
    public DbSet<MemberRow> Members => Set<MemberRow>();
    public DbSet<AreaRow> Areas => Set<AreaRow>();
    public DbSet<JournalRow> Journal => Set<JournalRow>();
    public DbSet<ProjectionRow> Projections => Set<ProjectionRow>();
    public DbSet<TokenRow> AccessTokens => Set<TokenRow>();
    public DbSet<MailRow> Mail => Set<MailRow>();
}
