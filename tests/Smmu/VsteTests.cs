// What of a guest's STE the driver accepts. Reference section 5, vSTE validation.

using Verify.Smmu.Driver;
using Verify.Smmu.Tables;
using Xunit;

namespace Verify.Tests.Smmu;

public class VsteTests
{
    private const int Eio = -5;

    [Fact]
    public void An_invalid_vste_is_accepted_as_all_zero()
    {
        Assert.Equal(0, Vste.Validate(ulong.MaxValue & ~1UL, ulong.MaxValue, out var vste));
        Assert.Equal((0UL, 0UL, VsteKind.Abort, false), (vste!.Word0, vste.Word1, vste.Kind, vste.EnableAts));
    }

    [Fact]
    public void Each_bit_is_allowed_or_refused_on_its_own()
    {
        // V, CFG, S1FMT, S1CTXPTR, S1CDMAX; S1DSS, S1CIR, S1COR, S1CSH, S1STALLD, EATS.
        Assert.Equal((0xf80f_ffff_ffff_ffffUL, 0x3800_00ffUL), (Vste.AllowedWord0, Vste.AllowedWord1));
        var valid = Ste.V.Put(1) | Ste.Cfg.Put(Ste.Config.S1);
        for (var bit = 4; bit < 64; bit++)
        {
            var allowed = (0xf80f_ffff_ffff_ffff >> bit & 1) != 0;
            Assert.Equal(allowed ? 0 : Eio, Vste.Validate(valid | 1UL << bit, 0, out var vste));
            Assert.Equal(allowed, vste is not null);
        }

        for (var bit = 0; bit < 64; bit++)
        {
            // EATS=2, bit 29 alone, is refused by its value.
            var allowed = (0x3800_00ffUL >> bit & 1) != 0 && bit != 29;
            Assert.Equal(allowed ? 0 : Eio, Vste.Validate(valid, 1UL << bit, out _));
        }
    }

    [Theory]
    [InlineData(0UL, 0, VsteKind.Abort)]
    [InlineData(1UL, Eio, null)]
    [InlineData(2UL, Eio, null)]
    [InlineData(3UL, Eio, null)]
    [InlineData(4UL, 0, VsteKind.Bypass)]
    [InlineData(5UL, 0, VsteKind.S1)]
    [InlineData(6UL, Eio, null)]
    [InlineData(7UL, Eio, null)]
    public void A_guest_may_ask_for_abort_bypass_and_stage_1(ulong config, int result, VsteKind? kind)
    {
        Assert.Equal(result, Vste.Validate(Ste.V.Put(1) | Ste.Cfg.Put(config), 0, out var vste));
        Assert.Equal(kind, vste?.Kind);
    }

    [Theory]
    [InlineData(5UL, 0UL, 0, false)]
    [InlineData(5UL, 1UL, 0, true)]
    [InlineData(5UL, 2UL, Eio, false)]
    [InlineData(5UL, 3UL, Eio, false)]
    [InlineData(4UL, 1UL, 0, false)]
    [InlineData(0UL, 1UL, 0, false)]
    public void Ats_is_full_or_off_and_needs_stage_1(ulong config, ulong eats, int result, bool enabled)
    {
        Assert.Equal(result, Vste.Validate(Ste.V.Put(1) | Ste.Cfg.Put(config), Ste.Eats.Put(eats), out var vste));
        Assert.Equal(enabled, vste?.EnableAts ?? false);
    }

    [Fact]
    public void A_made_vste_is_one_that_would_be_accepted()
    {
        var made = Vste.S1(Ste.Dss.Bypass, ats: true, stallDisabled: true, table: 0x1234_5000, cdMax: 7);
        Assert.Equal(0, Vste.Validate(made.Word0, made.Word1, out var accepted));
        Assert.Equal(made, accepted);
        Assert.Equal((0x3800_0000_1234_500bUL, 0x1800_00d5UL), (made.Word0, made.Word1));
    }
}
