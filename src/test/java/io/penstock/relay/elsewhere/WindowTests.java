package io.penstock.relay.elsewhere;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

class WindowTests {

    private final List<Integer> inside = new ArrayList<>();

    @Test
    void anEventLargerThanTheWindowEntersAnEmptyOne() {
        var window = new Window(4, 100);

        enter(window, 1000);

        assertThat(inside).containsExactly(1000);
    }

    /** The reader gives nothing back before half of the window has been read, so no room that it waits for may be in that half. */
    @ParameterizedTest
    @CsvSource({"1, 100", "1, 1000", "49, 52", "49, 1000"})
    void aLargeEventEntersBesideWhatTheReaderDoesNotGiveBackYet(int first, int second) {
        var window = new Window(4, 100);

        enter(window, first);
        enter(window, second);

        assertThat(inside).containsExactly(first, second);
    }

    @ParameterizedTest
    @CsvSource({"50, 51", "60, 41", "1000, 1"})
    void whatIsTooMuchBesideHalfAWindowWaitsUntilThatIsRead(int first, int second) {
        var window = new Window(4, 100);

        enter(window, first);
        enter(window, second);
        assertThat(inside).containsExactly(first);

        window.leave(1, first);
        assertThat(inside).containsExactly(first, second);
    }

    @Test
    void manySmallEventsWaitByTheirNumber() {
        var window = new Window(2, 100);

        enter(window, 1);
        enter(window, 2);
        enter(window, 3);
        assertThat(inside).containsExactly(1, 2);

        window.leave(1, 1);
        assertThat(inside).containsExactly(1, 2, 3);
    }

    private void enter(Window window, int weight) {
        var _ = window.enter(weight)
                .then(Mono.fromRunnable(() -> inside.add(weight)))
                .subscribe();
    }
}
