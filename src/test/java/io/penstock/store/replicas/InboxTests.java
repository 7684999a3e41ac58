package io.penstock.store.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class InboxTests {

    private static final int MORE_THAN_IT_TAKES = 20_001;
    private static final byte[] FRAME = {1};

    private final Inbox inbox = new Inbox();

    private List<Integer> taken(int frames) {
        return inbox.frames()
                .take(frames)
                .map(frame -> frame.length)
                .collectList()
                .block();
    }

    @Test
    void itsReaderIsToldOnceOfWhatDidNotFit() {
        for (int i = 0; i < MORE_THAN_IT_TAKES; i++) {
            inbox.put(FRAME);
        }

        assertThat(inbox.losses()).isOne();
        assertThat(taken(MORE_THAN_IT_TAKES)).containsOnlyOnce(0);
    }

    @Test
    void itsReaderIsToldOfALostConnectionAlsoWhereNothingFits() {
        for (int i = 0; i < MORE_THAN_IT_TAKES - 1; i++) {
            inbox.put(FRAME);
        }

        inbox.lost();

        assertThat(taken(MORE_THAN_IT_TAKES)).containsOnlyOnce(0);
    }
}
