// A module of the Linux kernel that turns the registers of AMX on where the kernel does not, since the emulated processor has no means to
// make their use fault at first. Sound only where one thread uses them.
#include <linux/module.h>
// After it, for its types.
#include <asm/fpu/xcr.h>

#define TILE_CONFIGURATION_AND_DATA 0x60000

static void turn_on(void *unused) {
    xsetbv(XCR_XFEATURE_ENABLED_MASK, xgetbv(XCR_XFEATURE_ENABLED_MASK) | TILE_CONFIGURATION_AND_DATA);
}

static int __init begin(void) {
    on_each_cpu(turn_on, NULL, 1);
    return 0;
}

module_init(begin);
MODULE_LICENSE("GPL");
