package io.penstock.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinedTests {

    private static ByteBuf piece(String text) {
        return Unpooled.copiedBuffer(text, UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 100})
    void joinsWhateverWasExpected(int expected) {
        var joined = new Joined(6, expected);

        assertThat(joined.add(piece("ab"))).isTrue();
        assertThat(joined.add(piece(""))).isTrue();
        assertThat(joined.add(piece("cdef"))).isTrue();

        assertThat(joined.bytes()).asString().isEqualTo("abcdef");
    }

    @Test
    void takesNothingOfAPieceThatWouldBeTooMuch() {
        var joined = new Joined(3, 0);
        ByteBuf tooMuch = piece("cd");

        assertThat(joined.add(piece("ab"))).isTrue();
        assertThat(joined.add(tooMuch)).isFalse();

        assertThat(tooMuch.readableBytes()).isEqualTo(2);
        assertThat(joined.bytes()).asString().isEqualTo("ab");
    }
}
