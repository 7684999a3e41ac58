package io.penstock.egress.plain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

class PlainHttpTests {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final long LARGEST = 1_000;
    private static final byte[] BODY = "{\"id\":1}".getBytes(UTF_8);

    private final PlainHttp http = http(10);

    private static PlainHttp http(int most) {
        return new PlainHttp(HttpResources.get(), DefaultAddressResolverGroup.INSTANCE, Duration.ofSeconds(5), most);
    }

    private Mono<Answered> post(URI url) {
        return post(http, url, LONG);
    }

    private static Mono<Answered> post(PlainHttp http, URI url, Duration timeout) {
        return Mono.defer(() -> http.post(url, new DefaultHttpHeaders().set("accept", "a"), BODY, timeout, LARGEST));
    }

    private static String body(Answered answered) {
        return new String(((Answered.Whole) answered).body(), UTF_8);
    }

    private static Flux<String> texts(Answered answered) {
        return ((Answered.Streaming) answered).body().map(piece -> piece.toString(UTF_8));
    }

    private static void answers(Peer.Line line) throws IOException {
        while (true) {
            line.hear();
            line.answer("{}");
        }
    }

    private static void failsWith(Mono<?> answer, Class<? extends Throwable> type) {
        StepVerifier.create(answer).expectError(type).verify(LONG);
    }

    @Test
    void aMessageIsPostedAndItsAnswerGivenWhole() {
        try (var peer = new Peer(line -> {
            line.hear();
            line.say(
                    "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nX-A: b\r\nContent-Length: 2\r\n\r\n{}");
            line.await();
        })) {
            var answered = post(URI.create(peer.url() + "?a=%20b")).block(LONG);

            assertThat(answered.status()).isEqualTo(400);
            assertThat(answered.headers().get("x-a")).isEqualTo("b");
            assertThat(body(answered)).isEqualTo("{}");
            assertThat(peer.heard.getFirst())
                    .startsWith("POST /mcp?a=%20b HTTP/1.1\r\n")
                    .contains(
                            "host: " + peer.url().getRawAuthority() + "\r\n",
                            "user-agent: penstock\r\n",
                            "accept: a\r\n")
                    .endsWith("content-length: 8\r\n\r\n{\"id\":1}");
        }
    }

    @Test
    void aConnectionCarriesOneCallAfterTheOther() {
        try (var peer = new Peer(PlainHttpTests::answers)) {
            StepVerifier.create(Flux.range(0, 40)
                            .concatMap(_ -> post(peer.url()))
                            .map(PlainHttpTests::body)
                            .distinct())
                    .expectNext("{}")
                    .expectComplete()
                    .verify(LONG);

            assertThat(peer.heard).hasSize(40);
            // each event loop has its own
            assertThat(peer.connections.get()).isBetween(1, LoopResources.DEFAULT_IO_WORKER_COUNT);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}"
            })
    void anAnswerMayEndWithItsConnection(String answer) {
        try (var peer = new Peer(line -> {
            line.hear();
            line.say(answer);
        })) {
            assertThat(body(post(peer.url()).block(LONG))).isEqualTo("{}");
            assertThat(body(post(peer.url()).block(LONG))).isEqualTo("{}");
            assertThat(peer.connections).hasValue(2);
        }
    }

    @Test
    void whatComesBeforeTheAnswerIsPassedOver() {
        try (var peer = new Peer(line -> {
            line.hear();
            line.say("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n");
            line.say("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            line.chunk("{");
            line.chunk("}");
            line.say("0\r\n\r\n");
            line.await();
        })) {
            assertThat(body(post(peer.url()).block(LONG))).isEqualTo("{}");
        }
    }

    /** An answer too many must not become the next call's. */
    @Test
    void whatNobodyAskedForIsNobodysAnswer() {
        try (var peer = new Peer(line -> {
            line.hear();
            line.answer("{}");
            line.answer("{\"poisoned\":true}");
            line.await();
        })) {
            for (int n = 1; n <= 3; n++) {
                assertThat(body(post(peer.url()).block(LONG))).isEqualTo("{}");
                int ended = n;
                await().atMost(LONG).untilAsserted(() -> assertThat(peer.gone).hasValue(ended));
            }
        }
    }

    /** The next call may begin in the very moment that the last one's answer is whole. */
    @Test
    void anAnswerTooManyThatComesWithTheLastOneIsNobodysEither() {
        try (var peer = new Peer(line -> {
            line.hear();
            String answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n";
            line.say(line.isFirst() ? answer + "{}" + answer + "[]" : answer + "{}");
            line.await();
        })) {
            StepVerifier.create(post(peer.url()).flatMap(_ -> post(peer.url())).map(PlainHttpTests::body))
                    .expectNext("{}")
                    .expectComplete()
                    .verify(LONG);
            await().atMost(LONG).untilAsserted(() -> assertThat(peer.gone).hasValue(1));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}"
            })
    void anAnswerThatIsCutOffOrNoneIsAnError(String answer) {
        try (var peer = new Peer(line -> {
            line.hear();
            line.say(answer);
        })) {
            failsWith(post(peer.url()), IOException.class);
            assertThat(peer.heard).hasSize(1);
        }
    }

    @Test
    void aHeadThatDoesNotEndIsRead32KilobytesFar() {
        try (var peer = new Peer(line -> {
            line.hear();
            line.say("HTTP/1.1 200 OK\r\n");
            while (true) {
                line.say("X: " + "x".repeat(1000) + "\r\n");
            }
        })) {
            failsWith(post(peer.url()), IOException.class);
            await().atMost(LONG).untilAsserted(() -> assertThat(peer.gone).hasValue(1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5000", "Transfer-Encoding: chunked"})
    void anAnswerOverTheLimitIsNotReadOn(String framing) {
        try (var peer = new Peer(line -> {
            line.hear();
            line.say("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + framing + "\r\n\r\n");
            while (true) {
                line.chunk("x".repeat(900));
            }
        })) {
            failsWith(post(peer.url()), TooLongFrameException.class);
            await().atMost(LONG).untilAsserted(() -> assertThat(peer.gone).hasValue(1));
        }
    }

    @Test
    void aServerThatSaysNothingIsLeft() {
        try (var peer = new Peer(line -> {
            line.hear();
            line.await();
        })) {
            failsWith(post(http, peer.url(), Duration.ofMillis(200)), TimeoutException.class);
            await().atMost(LONG).untilAsserted(() -> assertThat(peer.gone).hasValue(1));
        }
    }

    @Test
    void whoHangsUpEndsTheConnection() {
        try (var peer = new Peer(line -> {
            line.hear();
            line.await();
        })) {
            var waiting = post(peer.url()).subscribe();
            await().atMost(LONG).untilAsserted(() -> assertThat(peer.heard).hasSize(1));

            waiting.dispose();

            await().atMost(LONG).untilAsserted(() -> assertThat(peer.gone).hasValue(1));
        }
    }

    @Test
    void thereAreOnlySoManyConnections() {
        var one = http(1);
        try (var peer = new Peer(line -> {
            line.hear();
            line.await();
        })) {
            var waiting = post(one, peer.url(), LONG).subscribe();
            await().atMost(LONG).untilAsserted(() -> assertThat(peer.heard).hasSize(1));

            failsWith(post(one, peer.url(), LONG), NoRoom.class);
            waiting.dispose();

            await().atMost(LONG).untilAsserted(() -> assertThat(peer.gone).hasValue(1));
            await().atMost(LONG)
                    .untilAsserted(
                            () -> failsWith(post(one, peer.url(), Duration.ofMillis(100)), TimeoutException.class));
        }
    }

    @Test
    void aConnectionThatIsRefusedTakesNoRoom() throws IOException {
        URI url;
        try (var unused = new ServerSocket(0)) {
            url = URI.create("http://127.0.0.1:" + unused.getLocalPort() + "/mcp");
        }
        var one = http(1);

        for (int n = 0; n < 3; n++) {
            failsWith(post(one, url, LONG), ConnectException.class);
        }
    }

    @Test
    void eventsComeAsTheyAreWrittenAndTheConnectionGoesOn() {
        var go = new Semaphore(0);
        try (var peer = new Peer(line -> {
            while (true) {
                line.hear();
                line.stream();
                line.chunk("data: 1\n\n");
                go.acquireUninterruptibly();
                line.chunk("data: 2\n\n");
                line.say("0\r\n\r\n");
            }
        })) {
            for (int n = 0; n < 3; n++) {
                StepVerifier.create(post(peer.url()).flatMapMany(PlainHttpTests::texts))
                        .expectNext("data: 1\n\n")
                        .then(go::release)
                        .expectNext("data: 2\n\n")
                        .expectComplete()
                        .verify(LONG);
            }
            assertThat(peer.connections.get()).isBetween(1, LoopResources.DEFAULT_IO_WORKER_COUNT);
        }
    }

    @Test
    void aReaderWhoDoesNotAskStopsTheServer() {
        var written = new AtomicLong();
        try (var peer = new Peer(line -> {
            line.hear();
            line.stream();
            while (true) {
                line.chunk("x".repeat(64 * 1024));
                written.addAndGet(64 * 1024);
            }
        })) {
            StepVerifier.create(post(peer.url()).flatMapMany(PlainHttpTests::texts), 0)
                    .thenRequest(1)
                    .expectNextCount(1)
                    .then(() ->
                            await().during(Duration.ofMillis(500)).atMost(LONG).until(written::get, stands()))
                    .thenCancel()
                    .verify(LONG);
            // what the sockets of both sides hold, and one read
            assertThat(written.get()).isLessThan(20L * 1024 * 1024);
            await().atMost(LONG).untilAsserted(() -> assertThat(peer.gone).hasValue(1));
        }
    }

    private static Predicate<Long> stands() {
        var last = new AtomicLong(-1);
        return now -> last.getAndSet(now) == now;
    }

    @Test
    void aStreamThatBreaksOffIsAnErrorAfterWhatCame() {
        try (var peer = new Peer(line -> {
            line.hear();
            line.stream();
            line.chunk("data: 1\n\n");
        })) {
            StepVerifier.create(post(peer.url()).flatMapMany(PlainHttpTests::texts))
                    .expectNext("data: 1\n\n")
                    .expectError(IOException.class)
                    .verify(LONG);
        }
    }

    @Test
    void aStreamThatNobodyReadsIsLetGoOfAndTheNextOneIsNot() {
        try (var peer = new Peer(line -> {
            while (true) {
                line.hear();
                line.stream();
                if (line.isFirst()) {
                    line.await();
                }
                line.chunk("data: 1\n\n");
                line.say("0\r\n\r\n");
            }
        })) {
            var unread = (Answered.Streaming) post(peer.url()).block(LONG);
            unread.source().dispose();
            await().atMost(LONG).untilAsserted(() -> assertThat(peer.gone).hasValue(1));

            StepVerifier.create(post(peer.url()).flatMapMany(PlainHttpTests::texts))
                    .expectNext("data: 1\n\n")
                    .expectComplete()
                    .verify(LONG);
        }
    }

    @Test
    void lettingGoOfAStreamThatHasEndedHurtsNobody() {
        try (var peer = new Peer(line -> {
            while (true) {
                line.hear();
                line.stream();
                line.say("0\r\n\r\n");
            }
        })) {
            for (int n = 0; n < 40; n++) {
                var ended = (Answered.Streaming) post(peer.url()).block(LONG);
                StepVerifier.create(ended.body()).expectComplete().verify(LONG);
                ended.source().dispose();
            }
            assertThat(peer.connections.get()).isBetween(1, LoopResources.DEFAULT_IO_WORKER_COUNT);
        }
    }

    @Test
    void piecesNeedNoRelease() {
        try (var peer = new Peer(line -> {
            line.hear();
            line.stream();
            line.chunk("data: 1\n\n");
            line.say("0\r\n\r\n");
        })) {
            ByteBuf piece = post(peer.url())
                    .flatMapMany(answered -> ((Answered.Streaming) answered).body())
                    .blockLast(LONG);

            assertThat(piece.toString(UTF_8)).isEqualTo("data: 1\n\n");
            assertThat(piece.refCnt()).isEqualTo(1);
        }
    }
}
