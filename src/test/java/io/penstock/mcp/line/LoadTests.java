package io.penstock.mcp.line;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.wire.Envelope.Kind;
import io.penstock.wire.Refusal;
import org.junit.jupiter.api.Test;

class LoadTests {

    private final Load load = new Load();

    @Test
    void aFullLineStillTakesAnswersAndWhatComesAfterOneIsDone() {
        for (int i = 0; i < Load.REQUESTS; i++) {
            load.enter(Kind.REQUEST);
        }

        assertThatThrownBy(() -> load.enter(Kind.REQUEST)).isInstanceOf(Refusal.class);
        assertThatCode(() -> load.enter(Kind.RESPONSE)).doesNotThrowAnyException();

        load.leave(Kind.REQUEST);
        assertThatCode(() -> load.enter(Kind.REQUEST)).doesNotThrowAnyException();
        assertThatThrownBy(() -> load.enter(Kind.REQUEST)).isInstanceOf(Refusal.class);
    }
}
