/* Private to loadgen/limits: what predict() says in words. */
#ifndef KONEKSI_LOADGEN_VERDICT_PREDICT_WORDS_H
#define KONEKSI_LOADGEN_VERDICT_PREDICT_WORDS_H

#include "loadgen/verdict/predict.h"

/* Fills in the sentence; all else of the prediction is there. */
void predict_write_sentence(const struct predict_case *asked, struct prediction *prediction);

#endif
