package io.penstock.relay.elsewhere;

import io.penstock.relay.elsewhere.Frame.Beat;
import io.penstock.wire.SseEvent;
import java.nio.BufferUnderflowException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Letters as bytes. A newer version of this gateway may write what this one does not know. */
final class Letters {

    private static final int VERSION = 1;

    private static final int ASKED = 1;
    private static final int CREDIT = 2;
    private static final int CANCELLED = 3;
    private static final int ACCEPTED = 4;
    private static final int ANSWERED = 5;
    private static final int OPENED = 6;
    private static final int HAPPENED = 7;
    private static final int ENDED = 8;
    private static final int BROKEN = 9;
    private static final int BEAT = 10;
    private static final int NOTE = 11;
    private static final int HERE = 12;
    private static final int QUESTION = 13;
    private static final int HEARD = 14;

    private Letters() {}

    static byte[] write(Letter letter) {
        var out = new Packing()
                .one(VERSION)
                .one(kind(letter.frame()))
                .text(letter.from())
                .number(letter.conversation())
                .number(letter.number());
        return write(letter.frame(), out).packed();
    }

    private static int kind(Frame frame) {
        return switch (frame) {
            case Frame.Asked asked -> ASKED;
            case Frame.Credit credit -> CREDIT;
            case Frame.Cancelled cancelled -> CANCELLED;
            case Frame.Accepted accepted -> ACCEPTED;
            case Frame.Answered answered -> ANSWERED;
            case Frame.Opened opened -> OPENED;
            case Frame.Happened happened -> HAPPENED;
            case Frame.Ended ended -> ENDED;
            case Frame.Broken broken -> BROKEN;
            case Beat beat -> BEAT;
            case Frame.Note note -> NOTE;
            case Frame.Here here -> HERE;
            case Frame.Question question -> QUESTION;
            case Frame.Heard heard -> HEARD;
        };
    }

    private static Packing write(Frame frame, Packing out) {
        return switch (frame) {
            case Frame.Asked asked -> Heads.write(asked.request(), out.bytes(asked.body()));
            case Frame.Credit(int events, int bytes) -> out.number(events).number(bytes);
            case Frame.Answered answered ->
                out.number(answered.status()).bytes(answered.body()).text(answered.session());
            case Frame.Opened opened -> out.text(opened.session());
            case Frame.Happened happened -> write(happened.event(), out);
            case Frame.Broken broken -> out.flag(broken.timedOut()).text(broken.detail());
            case Beat beat -> write(beat, out);
            case Frame.Note note -> out.bytes(note.text());
            case Frame.Accepted accepted -> out;
            case Frame.Ended ended -> out;
            case Frame.Cancelled cancelled -> out;
            case Frame.Here here -> out;
            case Frame.Question question -> out;
            case Frame.Heard heard -> out;
        };
    }

    private static Packing write(SseEvent event, Packing out) {
        return out.text(event.id())
                .text(event.event())
                .text(event.data())
                .number(event.retry() == null ? -1 : event.retry().toMillis())
                .text(event.comment());
    }

    private static Packing write(Beat beat, Packing out) {
        Packing written = out.number(beat.conversations().size());
        for (Beat.Open open : beat.conversations()) {
            written = written.flag(open.asking()).number(open.id()).number(open.said());
        }
        return written;
    }

    /** Throws {@link IllegalArgumentException} where the bytes are no letter that this version knows. */
    static Letter read(byte[] bytes) {
        var in = new Unpacking(bytes);
        try {
            int version = in.one();
            if (version != VERSION) {
                throw new IllegalArgumentException("version " + version);
            }
            int kind = in.one();
            return new Letter(in.text(), in.longNumber(), in.number(), frame(kind, in));
        } catch (BufferUnderflowException cut) {
            throw new IllegalArgumentException("cut off", cut);
        }
    }

    private static Frame frame(int kind, Unpacking in) {
        return switch (kind) {
            case ASKED -> asked(in);
            case CREDIT -> new Frame.Credit(in.number(), in.number());
            case CANCELLED -> new Frame.Cancelled();
            case ACCEPTED -> new Frame.Accepted();
            case ANSWERED -> new Frame.Answered(in.number(), in.bytesOrNull(), in.textOrNull());
            case OPENED -> new Frame.Opened(in.textOrNull());
            case HAPPENED -> new Frame.Happened(event(in));
            case ENDED -> new Frame.Ended();
            case BROKEN -> new Frame.Broken(in.flag(), in.text());
            case BEAT -> beat(in);
            case NOTE -> new Frame.Note(in.bytes());
            case HERE -> new Frame.Here();
            case QUESTION -> new Frame.Question();
            case HEARD -> new Frame.Heard();
            default -> throw new IllegalArgumentException("kind " + kind);
        };
    }

    private static Frame asked(Unpacking in) {
        byte[] body = in.bytes();
        return new Frame.Asked(Heads.read(in), body);
    }

    private static SseEvent event(Unpacking in) {
        String id = in.textOrNull();
        String event = in.textOrNull();
        String data = in.textOrNull();
        long retry = in.longNumber();
        return new SseEvent(id, event, data, retry < 0 ? null : Duration.ofMillis(retry), in.textOrNull());
    }

    private static Beat beat(Unpacking in) {
        int count = in.number();
        List<Beat.Open> open = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            open.add(new Beat.Open(in.flag(), in.longNumber(), in.number()));
        }
        return new Beat(open);
    }
}
