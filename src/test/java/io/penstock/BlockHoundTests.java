package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Proves that the tests would notice a blocked event loop. */
class BlockHoundTests {

    @Test
    void aBlockingCallOnAThreadThatMustNotBlockIsAnError() {
        Mono<Integer> sleeping = Mono.fromCallable(() -> {
                    Thread.sleep(1);
                    return 1;
                })
                .subscribeOn(Schedulers.parallel());

        assertThatThrownBy(() -> sleeping.block(Duration.ofSeconds(10)))
                .hasRootCauseInstanceOf(BlockingOperationError.class);
    }

    @Test
    void randomNumbersAreNotABlockingCall() {
        Mono<byte[]> random = Mono.fromSupplier(() -> {
                    byte[] bytes = new byte[1000];
                    new SecureRandom().nextBytes(bytes);
                    return bytes;
                })
                .subscribeOn(Schedulers.parallel());

        assertThat(random.block(Duration.ofSeconds(10))).hasSize(1000);
    }
}
