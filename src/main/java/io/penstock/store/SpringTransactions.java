package io.penstock.store;

import org.springframework.transaction.NoTransactionException;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/** Spring's reactive transactions: what runs on the same subscription uses the same connection. */
final class SpringTransactions implements Transactions {

    private final TransactionalOperator operator;

    SpringTransactions(ReactiveTransactionManager manager) {
        operator = TransactionalOperator.create(manager);
    }

    @Override
    public <T> Mono<T> run(Mono<T> work) {
        return operator.transactional(work);
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
}
