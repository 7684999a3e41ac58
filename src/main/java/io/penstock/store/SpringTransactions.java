package io.penstock.store;

import org.springframework.transaction.NoTransactionException;
import org.springframework.transaction.ReactiveTransaction;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionContextManager;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.publisher.Mono;

/**
 * Spring's reactive transactions, except for their beginning: Spring's own operator loses the connection when it is cancelled between
 * borrowing it and the answer to BEGIN. Here the beginning always ends, and whoever was cancelled meanwhile rolls back then.
 */
final class SpringTransactions implements Transactions {

    private final ReactiveTransactionManager manager;

    SpringTransactions(ReactiveTransactionManager manager) {
        this.manager = manager;
    }

    @Override
    public <T> Mono<T> run(Mono<T> work) {
        return inContext(Mono.deferContextual(context -> {
            Mono<ReactiveTransaction> begun = manager.getReactiveTransaction(TransactionDefinition.withDefaults())
                    .contextWrite(context)
                    .cache();
            return Mono.usingWhen(
                    Mono.just(begun),
                    beginning -> beginning.then(work),
                    beginning -> beginning.flatMap(manager::commit),
                    (beginning, failure) -> rollback(beginning),
                    this::rollback);
        }));
    }

    /** A transaction that did not begin has nothing to roll back. */
    private Mono<Void> rollback(Mono<ReactiveTransaction> beginning) {
        return beginning.onErrorComplete().flatMap(manager::rollback);
    }

    @Override
    public Mono<Void> afterCommit(Runnable action) {
        return TransactionSynchronizationManager.forCurrentTransaction()
                .doOnNext(transaction -> {
                    if (transaction.isSynchronizationActive()) {
                        transaction.registerSynchronization(after(action));
                    } else {
                        action.run();
                    }
                })
                .then()
                .onErrorResume(NoTransactionException.class, none -> Mono.fromRunnable(action));
    }

    private static TransactionSynchronization after(Runnable action) {
        return new TransactionSynchronization() {
            @Override
            public Mono<Void> afterCommit() {
                return Mono.fromRunnable(action);
            }
        };
    }

    private static <T> Mono<T> inContext(Mono<T> transactional) {
        return transactional
                .contextWrite(TransactionContextManager.getOrCreateContext())
                .contextWrite(TransactionContextManager.getOrCreateContextHolder());
    }
}
