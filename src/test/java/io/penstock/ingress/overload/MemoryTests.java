package io.penstock.ingress.overload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryTests {

    private double heap;
    private double direct;
    private int collected;
    private final Memory memory = new Memory(0.9, () -> heap, () -> direct, () -> collected++);

    @Test
    void itRunsShortWhereTheHeapIsFullAfterACollection() {
        heap = 0.89;
        assertThat(memory.look()).isFalse();
        assertThat(memory.isShort()).isFalse();

        heap = 0.91;
        assertThat(memory.look()).isTrue();
        assertThat(memory.look()).as("told once").isFalse();
        assertThat(memory.isShort()).isTrue();
    }

    @Test
    void soItDoesWhereTheDirectMemoryIs() {
        direct = 0.95;

        assertThat(memory.look()).isTrue();
    }

    @Test
    void itIsOverWhenSomeIsFree() {
        heap = 0.91;
        assertThat(memory.look()).isTrue();

        heap = 0.86;
        assertThat(memory.look()).isFalse();
        assertThat(memory.isShort()).isTrue();

        heap = 0.84;
        assertThat(memory.look()).isFalse();
        assertThat(memory.isShort()).isFalse();
    }

    @Test
    void aHeapOfWhichNobodyKnowsAnyMoreIsCollected() {
        heap = 0.95;
        for (int i = 0; i < Memory.PATIENCE; i++) {
            var _ = memory.look();
        }
        assertThat(collected).isZero();

        var _ = memory.look();
        assertThat(collected).isOne();
    }

    @Test
    void oneThatIsCollectedAnywayIsNot() {
        for (int i = 0; i < 10 * Memory.PATIENCE; i++) {
            heap = i % 2 == 0 ? 0.95 : 0.96;
            var _ = memory.look();
        }

        assertThat(collected).isZero();
    }

    @Test
    void withoutALimitItNeverRunsShort() {
        var unlimited = new Memory(1, () -> 2, () -> 2, () -> collected++);

        assertThat(unlimited.look()).isFalse();
        assertThat(unlimited.isShort()).isFalse();
    }

    @Test
    void theFiguresOfThisJvmAreParts() {
        var figures = new JvmMemory();

        System.gc();

        assertThat(figures.heap()).isBetween(0.0001, 1.0);
        assertThat(figures.direct()).isBetween(0.0, 1.0);
    }
}
