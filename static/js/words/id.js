/** Indonesian, key by key as English; field terms stay as the field uses them. */

/** @type {Record<keyof typeof import('./en.js').default, string>} */
const words = {
  // words of several pages
  'runs': 'Pengujian', 'yes': 'ya', 'no': 'tidak', 'none': 'tidak ada', 'any': 'semua', 'unknown': 'tidak diketahui',
  'unlimited': 'tanpa batas', 'save': 'Simpan', 'continue': 'Lanjutkan', 'undo': 'Urungkan', 'cancel': 'Batalkan',
  'started': 'Dimulai', 'started.help': 'Klien yang sudah dimulai', 'connected': 'Terhubung',
  'connected.help': 'Klien yang koneksinya berhasil dibuat', 'completed': 'Selesai',
  'completed.help': 'Klien yang mendapat semua jawaban dan menutup koneksinya', 'failed': 'Gagal',
  'failed.help': 'Klien yang berakhir dengan kesalahan', 'not_started': 'Belum dimulai',
  'not_started.help': 'Klien yang belum dimulai', 'duration': 'Durasi', 'pace': 'Klien per detik',
  'pace.help': 'Jumlah klien yang selesai dibagi waktu', 'peak_server_threads': 'Puncak thread server',
  'client_side': 'Sisi klien', 'server_side': 'Sisi server', 'time.title': 'Waktu', 'when': 'Waktu (UTC)',
  'rate.title': 'Klien/dtk', 'load_more': 'Muat lagi', 'downloads': 'Unduhan', 'finished': 'Berakhir',
  'hold': 'Tahan koneksi', 'predicted': 'Diperkirakan', 'repeats': 'Ulangan', 'stopped_by': 'Dihentikan oleh',
  'published': 'Hasil yang diterbitkan', 'published.help': 'Hasil kuliah itu yang diterbitkan', 'results': 'Hasil',
  'results.table': 'Hasil menurut mode dan jumlah',

  // the frame of the page
  'page.skip': 'Langsung ke isi', 'page.screens': 'Layar', 'page.language': 'Bahasa',
  'page.server_help':
    'Server TIME milik Koneksi: koneksi yang terbuka sekarang, koneksi yang diterima sejak dimulai, dan jumlah thread-nya',
  'page.lost': 'Koneksi ke program Koneksi terputus. Menyambung kembali…',
  'page.about':
    'Koneksi mengukur berapa klien yang sanggup dilayani lingkungan ini sebagai thread, thread pool, proses, dan event loop, serta batas mana yang menghentikannya.',
  'page.server_now': '{0} terbuka, {1} diterima, {2}', 'page.server': 'Server TIME {0}, model {1}: {2}, backlog {3}',

  // things that are counted
  'n.client': 'klien', 'n.clients': 'klien', 'n.thread': 'thread', 'n.threads': 'thread', 'n.connection': 'koneksi',
  'n.connections': 'koneksi', 'n.trace': 'jejak', 'n.traces': 'jejak', 'n.time': 'kali', 'n.times': 'kali',
  'n.mode': 'mode', 'n.modes': 'mode', 'n.count': 'jumlah', 'n.counts': 'jumlah', 'n.load': 'beban',
  'n.loads': 'beban', 'n.process': 'proses', 'n.processes': 'proses', 'n.run': 'pengujian', 'n.runs': 'pengujian',

  // modes
  'mode.thread': 'Thread',
  'mode_help.thread': 'Setiap klien adalah satu thread, dan semuanya dimulai secepat yang diizinkan kernel.',
  'mode.pool': 'Thread pool',
  'mode_help.pool': 'Beberapa thread melayani klien secara bergiliran, sehingga berapa pun jumlah klien dapat dijalankan.',
  'mode.process': 'Proses',
  'mode_help.process': 'Setiap klien adalah satu proses (fork). Ini cara yang paling berat.',
  'mode.event': 'Event loop',
  'mode_help.event':
    'Satu loop untuk setiap inti prosesor menjalankan semua klien tanpa thread atau proses tersendiri: untuk jumlah yang tidak terjangkau mode lain.',
  'mode.title': 'Mode',

  // server models
  'model_help.thread': 'Setiap koneksi memiliki satu thread, seperti dalam rangkaian uji klasik.',
  'model_help.pool': 'Sejumlah tetap thread pekerja melayani koneksi secara bergiliran.',
  'model_help.epoll': 'Satu loop di setiap inti melayani semua koneksi tanpa menunggu salah satunya.',
  'model.thread': 'Thread', 'model.pool': 'Pool', 'model.epoll': 'Epoll',

  // fields of a run
  'field_help.count': 'Jumlah seluruh klien, 1 sampai 10.000.000.', 'field.pool_size': 'Ukuran pool (thread)',
  'field_help.pool_size':
    'Jumlah thread yang melayani klien secara bergiliran; bawaannya inti + 4, paling banyak 32. Hanya untuk thread pool.',
  'field.hold': 'Tahan koneksi',
  'field_help.hold':
    'Setiap klien menahan koneksinya sampai semua mendapat jawaban. Dengan begitu yang diukur adalah klien yang dilayani pada saat yang sama.',
  'field.requests': 'Permintaan per klien',
  'field_help.requests': 'Berapa kali setiap klien menanyakan waktu melalui koneksinya.',
  'field.rate': 'Laju (klien/dtk)',
  'field_help.rate':
    'Klien yang dimulai per detik; 0: secepat mungkin. Waktu setiap klien lalu dihitung sejak klien itu seharusnya dimulai, sehingga kemacetan terlihat.',
  'field.request': 'Permintaan',
  'field_help.request': 'Yang dikirim setiap klien. Sebagian server menolak baris kosong, sebagian lagi membutuhkannya.',
  'field.timeout_ms': 'Batas waktu (ms)',
  'field_help.timeout_ms': 'Klien yang belum mendapat jawaban terakhirnya setelah waktu ini dinyatakan gagal.',
  'field.stack_kib': 'Stack thread (KiB)', 'field_help.stack_kib': 'Memori untuk stack setiap thread klien.',
  'field.target': 'Sasaran (HOST:PORT)',
  'field_help.target': '“builtin” adalah server TIME milik Koneksi. Sasaran di luar loopback harus diizinkan ketika Koneksi dimulai.',
  'field.limits.nofile': 'Batas: berkas terbuka',
  'field_help.limits.nofile': 'RLIMIT_NOFILE pembangkit beban, diturunkan hanya untuk pengujian ini.',
  'field.limits.nproc': 'Batas: task',
  'field_help.limits.nproc': 'RLIMIT_NPROC pembangkit beban: thread dan proses milik penggunanya. Tidak berlaku bagi root.',
  'field.limits.as_mib': 'Batas: memori (MiB)',
  'field_help.limits.as_mib': 'RLIMIT_AS pembangkit beban: ruang alamatnya.', 'field.label': 'Label',
  'field_help.label': 'Catatan untuk menemukan kembali pengujian ini, paling panjang 120 karakter.',
  'field.count': 'Klien', 'request.crlf2': 'TIME\\r\\n\\r\\n (dengan baris kosong)', 'request.crlf': 'TIME\\r\\n',

  // states of a run
  'status.queued': 'menunggu', 'status.running': 'berjalan', 'status.completed': 'selesai', 'status.failed': 'gagal',
  'status.cancelled': 'dibatalkan', 'status.interrupted': 'terputus', 'status.partly': 'selesai dengan kegagalan',
  'status.title': 'Status',

  // where a client failed
  'phase.start': 'thread atau prosesnya tidak dapat dimulai', 'phase.connect': 'koneksinya tidak dapat dibuat',
  'phase.send': 'permintaannya tidak dapat dikirim', 'phase.receive': 'jawabannya tidak sampai seutuhnya',
  'phase.protocol': 'server mengirim jawaban lain', 'phase.timeout': 'waktunya habis', 'side.server': 'server',
  'side.client': 'klien', 'side.both': 'klien dan server', 'side.path': 'jalan',

  // verdicts
  'verdict.raise': 'Cara menaikkannya: ',
  'proof.moved': 'Terbukti: dengan {0} pada {1}, jumlah maksimumnya {2}, sesuai perkiraan.',
  'proof.not_moved': 'Tidak terbukti: jumlah maksimum {0} diperkirakan, {1} yang ditemukan.',

  // the environment of a run
  'env.kernel': 'Kernel', 'env.machine': 'Mesin', 'env.system': 'Sistem', 'env.cores': 'Inti prosesor',
  'env.memory_bytes': 'Memori', 'env.container': 'Kontainer', 'env.versions': 'Versi',
  'env.fingerprint': 'Sidik jari',

  // limits
  'limit.on_side': '{0} di sisi {1}', 'limit.shared': '{0} untuk kedua sisi bersama-sama', 'limits.limit': 'Batas',
  'limits.side': 'Sisi', 'limits.side_help': 'klien: pembangkit beban; server: Koneksi dengan server TIME-nya',
  'limits.used': 'Terpakai di awal',
  'limits.used_help': 'Berapa yang terpakai ketika pengujian dimulai, sebelum klien-kliennya',
  'limits.at_failure': 'Saat klien gagal',
  'limits.at_failure_help': 'Berapa yang terpakai saat pertama kali muncul kesalahan yang dialami klien terbanyak',
  'limits.at_peak': 'Paling banyak', 'limits.at_peak_help': 'Pemakaian terbanyak yang terlihat', 'limits.of': 'Dari',
  'limits.of_help': 'Nilai batas itu', 'limits.share': 'Persentase',
  'limits.share_help': 'Yang terbesar dari ketiga jumlah itu, dibagi nilainya', 'limits.source': 'Sumber',
  'limits.raise': 'Cara menaikkannya', 'limits.none': 'Tidak ada batas yang tercatat.',
  'limits.title': 'Batas kedua sisi',

  // the prediction
  'predict.none': '{0}: tidak ada batas yang diketahui akan menghentikannya',
  'predict.within': '{0}: masih di dalam semua batas; yang terdekat pada {1}, {2}',
  'predict.stops': '{0}: berhenti pada {1}, {2}',
  'predict.stops_about': '{0}: berhenti pada kira-kira {1}, {2}; memori yang dipakai satu klien berbeda-beda antarkernel',
  'predict.at_once':
    '{0}: paling banyak {1} dapat hidup bersamaan, {2}; tanpa menahan koneksi sebagian berakhir ketika yang lain dimulai, jadi mungkin lebih banyak yang selesai',
  'predict.queues':
    ' Klien pada saat yang sama lebih banyak daripada yang muat dalam antrean accept: sebagian mungkin macet beberapa detik.',

  // what happened, in one sentence
  'sentence.queued': 'Menunggu giliran: pengujian berjalan satu per satu.',
  'sentence.running': 'Berjalan: {0} dari {1} sudah selesai.',
  'sentence.cancelled': 'Dibatalkan: {0} dari {1} selesai, {2} gagal atau terputus{3}.',
  'sentence.failed': 'Pembangkit beban gagal{0}. {1} dari {2} selesai{3}.',
  'sentence.interrupted': 'Terputus{0}. {1} dari {2} selesai{3}.', 'sentence.completed': '{0} dari {1} selesai; {2}.',
  'sentence.not_started': ', {0} belum dimulai', 'sentence.took': ' dalam {0}',
  'sentence.one': 'Klien itu selesai{0}.', 'sentence.all': 'Semua {0} selesai{1}.', 'failures.count': '{0} gagal',
  'failures.at': '{0} gagal pada {1}', 'failures.mostly': '{0} gagal, sebagian besar ({1}) pada {2}',

  // errors
  'error.token': 'Koneksi memerlukan token', 'error.unreachable': 'Koneksi tidak menjawab.',
  'error.status': 'Koneksi menjawab dengan status {0}.', 'error.chart_library': 'Pustaka grafik tidak dapat dimuat.',
  'error.part': 'Tidak tersedia: {0}',

  // dialogs
  'token.title': 'Koneksi memerlukan token',
  'token.explanation':
    'Token tertulis dalam berkas yang diberikan ketika Koneksi dimulai (--token-file). Token hanya disimpan untuk tab ini.',
  'token.wrong': 'Token ini salah.', 'token': 'Token', 'delete': 'Hapus', 'delete.question': 'Hapus pengujian {0}?',
  'delete.explanation': 'Cuplikan, kesalahan, dan transkripnya ikut terhapus.', 'delete.no': 'Batal',

  // the start form
  'start.page': 'Koneksi: pengujian', 'start.title': 'Mulai pengujian',
  'start.help':
    'Sebuah pengujian mengirim banyak klien ke server TIME. Setiap klien membuka koneksi, menanyakan waktu, membaca jawabannya, lalu menutup koneksi.',
  'start.mode': 'Jalankan klien sebagai', 'start.presets': 'Jumlah klasik', 'start.preset': '{0} klien',
  'start.button': 'Mulai',
  'start.ceiling_help': 'Jumlah klien terbanyak yang dilayani pada saat yang sama; jumlah di atas diabaikan',
  'start.or': 'Atau mulai rangkaian uji: ', 'start.series': 'sapuan atau rangkaian uji klasik',
  'start.address': '. Alamat halaman ini memuat semua isian.', 'start.advanced': 'Lanjutan',
  'start.whole': 'Isi dengan bilangan bulat.', 'start.pool_hint': 'inti + 4', 'start.unchanged': 'tidak diubah',

  // the live view
  'live.title': 'Langsung', 'live.label': 'Pengujian yang sedang berjalan',
  'live.none': 'Tidak ada pengujian yang sedang berjalan.',
  'live.help':
    'Mulailah satu dan amati kedua sisi di sini: berapa klien yang sudah mendapat jawaban, berapa thread yang dipakai setiap sisi, dan kedua log. Setelah pengujian selesai, satu kalimat menjelaskan apa yang terjadi.',
  'live.running': 'Berjalan…', 'live.more': 'dan {0} lagi', 'live.waiting': '{0} menunggu',
  'live.waiting_many': '{0} menunggu', 'log.client': 'Log klien', 'log.server': 'Log server',
  'progress.label': 'Klien yang sudah berakhir, dalam persen', 'progress.started': '{0} dalam {1}',
  'progress.started_help': 'Sampai klien terakhir hidup: {0}', 'progress.peak_clients': 'Puncak klien',
  'progress.peak_clients_help': 'Klien terbanyak yang hidup pada saat yang sama, masing-masing antara awal dan akhirnya',
  'progress.elapsed': 'Sudah berjalan', 'progress.elapsed_help': 'Sejak pengujian dimulai',
  'progress.left': 'Sisa waktu', 'progress.left_help': 'Perkiraan menurut laju sejauh ini',
  'progress.peak_units': 'Puncak {0} klien',
  'progress.peak_units_help': '{0} klien terbanyak yang hidup pada saat yang sama',
  'progress.peak_server_help': 'Thread server TIME terbanyak pada saat yang sama, termasuk yang menerima koneksi',
  'progress.open_client': 'Puncak koneksi terbuka, sisi klien',
  'progress.open_client_help': 'Koneksi terbuka terbanyak pada saat yang sama, menurut klien',
  'progress.open_server': 'Puncak koneksi terbuka, sisi server',
  'progress.open_server_help': 'Koneksi terbuka terbanyak pada saat yang sama, menurut server TIME',
  'progress.of': '{0} dari {1}', 'progress.of_about': '{0} dari sekitar {1}',

  // charts
  'chart.sides': 'Thread kedua sisi', 'chart.sides_help': '{0} klien dan thread server yang hidup pada setiap saat',
  'chart.client_units': '{0} klien', 'chart.server_threads': 'Thread server', 'chart.pace': 'Klien per detik',
  'chart.pace_help': 'klien yang selesai, selama sepersepuluh detik terakhir', 'chart.open': 'Koneksi terbuka',
  'chart.open_help': 'menurut hitungan setiap sisi; yang dalam antrean menunggu diterima',
  'chart.queue': 'Antrean accept', 'chart.fds': 'Deskriptor terbuka',
  'chart.fds_help': 'berkas, soket, dan pipa dari semua proses setiap sisi', 'chart.more': 'Koneksi dan deskriptor',
  'chart.allows': '{0} {1} mengizinkan {2}', 'chart.reached': '{0} {1}: tercapai {2}',
  'chart.room': '{0} {1}: tersisa {2}', 'chart.dotted': '; titik-titik: puncaknya, yang tidak terekam oleh cuplikan',
  'chart.line': 'Garis', 'chart.row': 'Baris', 'figure.requested': 'Diminta',
  'figure.carried': 'Klien yang selesai dan yang diminta',
  'figure.carried_help': 'kedua sumbu logaritmik; pada diagonal semua klien selesai',
  'figure.pace_help': 'jumlah klien yang selesai dibagi durasi pengujian',
  'figure.took_help': 'p50: separuh klien memerlukan paling lama sekian; p99: 99 dari 100',
  'table.show': 'Tampilkan sebagai tabel', 'table.found': '{0} dari {1} selesai tanpa kegagalan.',
  'table.in_row': 'Dalam semua pengujian baris ini', 'table.median': 'Median', 'table.least': 'Terendah',
  'table.most': 'Tertinggi',

  // latency
  'latency.title': 'Durasi setiap klien', 'latency.connect': 'Koneksi',
  'latency.connect_help': 'Dari connect() sampai koneksi terbentuk', 'latency.reply': 'Jawaban',
  'latency.reply_help': 'Dari permintaan sampai jawaban utuhnya', 'latency.client': 'Seluruh klien',
  'latency.client_help': 'Dari awal klien sampai koneksinya ditutup', 'latency.min': 'Min',
  'latency.min_help': 'Yang tercepat', 'latency.p50_help': 'Separuh klien memerlukan paling lama sekian (median)',
  'latency.p90_help': '90% klien memerlukan paling lama sekian',
  'latency.p99_help': '99% klien memerlukan paling lama sekian',
  'latency.p999_help': '99,9% klien memerlukan paling lama sekian', 'latency.max': 'Maks',
  'latency.max_help': 'Yang paling lambat', 'latency.mean': 'Rerata', 'latency.mean_help': 'Rerata aritmetika',
  'latency.nothing': 'Tidak ada yang diukur.', 'latency.later': 'Ditampilkan setelah pengujian berakhir.',
  'latency.help': 'p99 berarti 99 dari 100 klien memerlukan paling lama sekian.',
  'latency.table': 'Persentil setiap latensi', 'latency.what': 'Apa', 'latency.percentiles': 'Persentil',
  'latency.percentiles_help': 'bagian klien yang memerlukan paling lama sekian', 'latency.histogram': 'Histogram',
  'latency.histogram_help': 'klien menurut seluruh durasinya',

  // the server
  'server.title': 'Server TIME', 'server.apply': 'Terapkan', 'server.model': 'Model server',
  'server.backlog': 'Backlog', 'server.backlog_help': 'Ukuran antrean accept, bagi koneksi yang menunggu diterima.',
  'server.workers': 'Pekerja',
  'server.workers_help': 'Thread untuk model pool, 1 sampai 10.000. Model lain tidak memakainya.',
  'server.change': 'Ubah pengaturan',
  'server.busy': 'Pengujian {0} sedang berjalan. Server dapat diubah setelah pengujian itu selesai.',
  'server.full':
    'Server sekarang tidak menerima koneksi: ke-{0} koneksinya sedang terpakai. Server melanjutkan setelah satu koneksi ditutup.',
  'server.exhausted':
    'Server sekarang tidak menerima koneksi: sistem kehabisan deskriptor atau memori. Server melanjutkan setelah tersedia lagi.',
  'server.overflowed': 'Antrean accept sudah meluap {0} sejak server dimulai.',
  'server.reset': 'Server memutus {0} karena tidak dapat membuat thread.',
  'server.state': '{0} dari paling banyak {1} koneksi terbuka, {2} menunggu dalam antrean accept yang memuat {3}.',

  // the history
  'history.title': 'Riwayat', 'history.choose': 'Pilih pengujian yang dibandingkan',
  'history.run_help': 'Nomor pengujian', 'history.when_help': 'Kapan diminta, dalam UTC',
  'history.mode_help': 'Bagaimana klien dijalankan', 'history.count_help': 'Jumlah seluruh klien',
  'history.completed_help': 'Klien yang mendapat semua jawaban', 'history.status_help': 'Keadaan pengujian',
  'history.rate_help': 'Klien yang selesai per detik', 'history.label_help': 'Catatan yang diberikan di awal',
  'history.change': 'Ubah', 'history.change_help': 'Ganti label atau hapus pengujian',
  'history.deleted': 'Pengujian {0} dihapus, beserta cuplikan, kesalahan, dan transkripnya.',
  'history.csv': 'Unduh CSV', 'history.empty': 'Belum ada pengujian di sini.',
  'history.compare': 'Bandingkan pengujian {0}', 'history.delete': 'Hapus pengujian {0}',
  'history.rename': 'Ganti label', 'history.rename_number': 'Ganti label pengujian {0}',
  'history.label_of': 'Label pengujian {0}', 'history.compare_none': 'Bandingkan: pilih dua atau lebih',
  'history.compare_some': 'Bandingkan {0} pengujian',

  // the page of a run
  'run': 'Pengujian', 'run.number': 'Pengujian {0}', 'run.title': 'Pengujian {0}: {1}',
  'run.cancel': 'Batalkan pengujian', 'run.cancel_number': 'Batalkan pengujian {0}',
  'run.missing': 'Tidak ada pengujian {0}.',
  'run.limits_help': 'Batas lingkungan ini pada setiap sisi, dan berapa yang terpakai ketika pengujian dimulai, saat klien gagal, dan paling banyak. Tanda pisah: tidak diketahui, atau tidak ada klien yang gagal.',
  'run.spread_help': 'Dari histogram pembangkit beban, yang mencatat setiap klien dengan ketelitian 0,4%.',
  'run.logs_help':
    'Baris-baris terakhir kedua log; untuk pengujian besar, sebagian saja. transcript.txt memuat semua baris yang disimpan, menurut urutan waktu.',
  'run.over_time': 'Sepanjang waktu', 'run.errors': 'Kesalahan', 'run.latency': 'Latensi', 'run.limits': 'Batas',
  'run.logs': 'Klien dan server berdampingan', 'run.counts': 'Apakah jumlahnya cocok?',
  'run.about': 'Pengaturan dan lingkungan', 'run.again': 'Jalankan lagi', 'run.prove': 'Buktikan',
  'run.prove_help': 'Mencari jumlah maksimum lagi dengan batas ini diturunkan seperempat',
  'run.compare': 'Bandingkan dengan yang lain', 'run.cpu': 'Waktu CPU: sisi klien {0}, sisi server {1}. ',
  'run.fingerprint_help': 'Pengujian dengan sidik yang sama diukur dalam keadaan yang sama',
  'run.requested': 'Diminta', 'run.pool_size': 'Ukuran pool', 'run.pool_threads': '{0} thread',
  'run.hold_help': 'Apakah setiap koneksi ditahan sampai semua mendapat jawaban', 'run.requests': 'Permintaan',
  'run.rate_reached': '{0}; yang tercapai {1}',
  'run.requests_each': '{0} per klien', 'run.rate': 'Laju', 'run.rate_value': '{0} klien/dtk',
  'run.rate_most': 'secepat mungkin', 'run.rate_help': 'Seberapa cepat klien harus dimulai',
  'run.request_help': 'Apa yang dikirim setiap klien', 'run.timeout': 'Batas waktu', 'run.stack': 'Stack thread',
  'run.target': 'Sasaran', 'run.lowered': 'Batas yang diturunkan', 'errors.none': 'Tidak ada klien yang gagal.',
  'errors.phase': 'Pada tahap “{0}”: {1}.', 'errors.span': 'Pertama pada {0} (klien {1}), terakhir pada {2}. ',
  'errors.traces': '{0}:', 'errors.traces_later': 'Jejaknya ada lebih jauh di bawah daftar.',
  'errors.more': 'Muat jejak lagi', 'errors.client': 'Klien {0} pada {1}', 'errors.no_frames': 'Tidak ada frame.',
  'counts.sum': '{0} selesai + {1} gagal + {2} belum dimulai, dari {3}',
  'counts.builtin_only': 'Sisi server hanya diketahui untuk server bawaan.',
  'counts.server': 'Model server: {0}. Backlog (ukuran antrean accept): {1}.',
  'counts.overflows':
    'Antrean accept meluap {0}: jabat tangan datang ketika antrean penuh, lalu dibuang. Kedua sisi tidak melihat kesalahan: kernel klien mencoba lagi setelah 1, 3, dan 7 detik, sehingga klien menjadi lambat atau kehabisan waktu. Backlog yang lebih besar memperpanjang antrean.',
  'counts.refused':
    'Server memutus {0} karena tidak dapat membuat thread. Model dengan lebih sedikit thread (pool, epoll) akan menerima lebih banyak.',
  'counts.both': 'Server menerima {0}; klien membuat {1}', 'counts.same': '{0}: keduanya cocok.',
  'counts.fewer': '{0}: {1} tetap berada dalam antrean accept, atau dibuat oleh klien yang menyerah.',
  'counts.more': '{0}: {1} datang dari program lain, atau dari klien yang melihat kesalahan setelah server menerimanya.',
  'counts.agree': 'Cocok. ', 'counts.differ': 'Berbeda. ',

  // comparison
  'compare': 'Bandingkan', 'compare.title': 'Bandingkan pengujian',
  'compare.experiment': 'Bandingkan pengujian dari rangkaian uji {0}',
  'compare.workers': 'Thread atau proses kedua sisi', 'compare.of_client': ', sisi klien',
  'compare.of_server': ', sisi server', 'compare.completed': 'Klien yang selesai sepanjang waktu',
  'compare.open': 'Koneksi terbuka, sisi server', 'compare.numbers': 'Nomor pengujian, paling banyak {0}',
  'compare.from_history': 'Pilih dari riwayat', 'compare.figures': 'Grafik', 'compare.side_by_side': 'Berdampingan',
  'compare.line': 'Pengujian {0} {1}{2}', 'compare.dashes': 'garis utuh: sisi klien; putus-putus: sisi server',
  'compare.from_zero': 'semuanya mulai pada 0 s', 'compare.show': 'Tampilkan ', 'compare.measured': 'Terukur',
  'compare.ceilings': 'Jumlah maksimum',
  'compare.ceilings_help': 'rangkaian uji terbaru setiap mode, dengan nomornya di belakang',
  'compare.runs': '{0} pengujian', 'compare.run': 'pengujian {0}',
  'compare.warning': 'Pengujian-pengujian ini diukur dalam keadaan yang berbeda. ',
  'compare.warning_help': 'Perbedaan di antaranya mungkin berasal dari:',
  'compare.hold_help': 'Koneksi ditahan sampai semua mendapat jawaban',
  'compare.peak_client': 'Puncak thread atau proses klien', 'compare.table': 'Pengujian yang dipilih',

  // experiments
  'experiment': 'Rangkaian uji', 'experiment.number': 'Rangkaian uji {0}',
  'experiment.title': 'Rangkaian uji {0}: {1}', 'experiment.link': 'rangkaian uji {0}',
  'experiment.missing': 'Tidak ada rangkaian uji {0}.', 'experiment.cancel': 'Batalkan rangkaian uji',
  'experiment.queued': 'Menunggu giliran: rangkaian uji berjalan satu per satu.',
  'experiment.running': 'Pengujian pertamanya sedang berjalan.',
  'experiment.progress': 'Pengujian yang sudah selesai, dalam persen',
  'experiment.over': '{0} dari {1} sudah selesai', 'experiment.over_about': '{0} dari sekitar {1} sudah selesai',
  'experiment.left': ', sisa sekitar {0}', 'experiment.no_runs': 'Belum ada pengujian.',
  'experiment.runs': 'Pengujian dari rangkaian uji ini', 'experiment.compare': 'Bandingkan pengujiannya',
  'experiments': 'Rangkaian uji',
  'experiments.help':
    'Rangkaian uji adalah sejumlah pengujian yang menjawab satu pertanyaan. Rangkaian uji berjalan satu per satu; Anda dapat menjalankan pengujian sendiri di sela-selanya.',
  'experiments.so_far': 'Semua rangkaian uji', 'experiments.list': 'Rangkaian uji, yang terbaru lebih dahulu',
  'experiments.none': 'Belum ada rangkaian uji.', 'experiments.kind': 'Jenis', 'experiments.found': 'Hasil',
  'kind.ceiling': 'Jumlah maksimum: {0}', 'kind.proof': 'Pembuktian untuk pengujian {0}',
  'kind.sweep': 'Sapuan: {0} × {1}', 'kind.classic': 'Rangkaian uji klasik', 'ceiling.find': 'Cari jumlah maksimum saya',
  'ceiling.none': '{0}: tidak ditemukan batas sampai {1} klien{2}',
  'ceiling.found': '{0}: {1} klien{2} semuanya selesai; dengan {3} klien sebagian gagal',
  'ceiling.at_once': ' pada saat yang sama',
  'ceiling.help':
    'Jumlah klien terbanyak yang semuanya dilayani pada saat yang sama, tepat sampai satu klien, dan apa yang menghentikan klien berikutnya.',
  'ceiling.button': 'Cari jumlah maksimum', 'ceiling.mode': 'Klien dijalankan sebagai',
  'ceiling.mode_help': 'Bagaimana setiap klien dijalankan.', 'ceiling.max': 'Coba sampai',
  'ceiling.max_help': 'Jumlah yang lebih besar tidak dicoba.',
  'ceiling.nofile_help': 'RLIMIT_NOFILE pembangkit beban, diturunkan untuk rangkaian uji ini.',
  'ceiling.title': 'Jumlah maksimum', 'ceiling.title_help': 'Jumlah terbesar ketika semua klien selesai',
  'ceiling.fails_at': 'Gagal mulai', 'ceiling.nothing': 'belum ada',
  'ceiling.fails_at_help': 'Jumlah terkecil ketika sebagian klien gagal',
  'ceiling.predicted_help': 'Yang diizinkan batas-batas, sebelum pengujian pertama',
  'ceiling.confirmed': 'Dikonfirmasi', 'ceiling.confirmed_help': 'Berapa kali hasil kedua jumlah itu terulang',
  'ceiling.tried': 'Dicoba sampai', 'ceiling.stable': 'Stabil',
  'ceiling.stable_help': 'Hasil suatu jumlah tidak selalu sama: mayoritas yang berlaku', 'sweep.title': 'Sapuan',
  'sweep.help': 'Setiap mode dengan setiap jumlah, beberapa kali, bergiliran, sehingga perubahan pada mesin mengenai semuanya sama rata.',
  'sweep.button': 'Mulai sapuan', 'sweep.modes': 'Mode', 'sweep.counts': 'Jumlah',
  'sweep.counts_help': 'Jumlah klien, dipisahkan dengan spasi.',
  'sweep.repeats_help': 'Berapa kali masing-masing dijalankan.',
  'sweep.hold_help': 'Semua klien dilayani pada saat yang sama.',
  'classic.help':
    'Beban dari kuliah pemrograman jaringan beserta hasil yang diterbitkannya: hingga 5.000 thread, 500.000 klien sebuah pool, dan 5.000 proses.',
  'classic.button': 'Mulai rangkaian uji klasik', 'classic.repeats_help': 'Berapa kali setiap beban dijalankan.',

  // the report
  'report': 'Laporan', 'report.title': 'Berapa klien yang sanggup dilayani lingkungan ini?',
  'report.subject': 'Laporan tentang {0}, dibuat oleh Koneksi', 'report.run': 'pengujian {0}',
  'report.runs': 'pengujian {0}', 'report.made': 'Diukur hingga {0}',
  'report.not_made': 'Belum ada pengujian yang selesai', 'report.save': 'Simpan sebagai PDF', 'report.result': 'Hasil',
  'report.environment': 'Lingkungan', 'report.property': 'Keterangan', 'report.value': 'Nilai',
  'report.differ': 'Tidak semua pengujian diukur dalam keadaan yang sama. Perbedaannya:', 'report.method': 'Metode',
  'report.method_text':
    'Pembangkit beban menjalankan klien-klien sebuah pengujian, dan server TIME menjawabnya. Setiap klien membuka koneksi, mengirim TIME, menerima JAM berisi waktu setempat, lalu menutup koneksi. Dengan hold, klien menahan koneksinya sampai semua klien mendapat jawaban atau gagal, sehingga semuanya dilayani pada saat yang sama. Kedua sisi berjalan di mesin ini dan berbagi inti prosesor. Keduanya dicuplik seratus kali pada detik pertama dan sepuluh kali pada setiap detik berikutnya; puncaknya dihitung tepat. Waktu diambil dari jam monotonik.',
  'report.charts': 'Grafik', 'report.sides': 'Kedua sisi pada pengujian {0}',
  'report.sides_help': 'thread atau proses yang hidup pada setiap saat', 'report.alive': 'Hidup',
  'report.interaction': 'Interaksi kedua sisi',
  'report.client_words':
    'Pengujian {0}, {1}: sisi klien memulai {2} dalam {3}, dengan paling banyak {4} yang hidup pada saat yang sama.',
  'report.server_words':
    'Server TIME (model {0}) menerima {1}, paling banyak {2} yang terbuka pada saat yang sama, dengan paling banyak {3}, termasuk yang menerima koneksi.',
  'report.foreign_words': 'Targetnya {0} bukan server panel ini; hanya sisi server panel yang dapat diukur.',
  'report.no_clients': 'Pengujian {0}, {1}: tidak ada klien yang dimulai.',
  'report.model': 'Model server {0}: {1}', 'report.verdicts': 'Kesimpulan', 'report.all': '{0}: semua klien selesai.',
  'report.queued': '{0}: pengujian menunggu giliran; belum ada yang diukur.',
  'report.running': '{0}: pengujian belum selesai. Sejauh ini {1} dari {2} klien selesai.',
  'report.not_begun': '{0}: {1} sebelum dimulai.', 'report.ended': 'Pengujian itu {0}.',
  'report.stopped': '{0}: {1} dari {2} klien selesai.',
  'report.found':
    '{0}: {1} klien pada saat yang sama semuanya selesai; dengan {2} klien sebagian gagal. Perkiraan dari batas-batasnya {3}.',
  'report.unlimited': '{0}: tidak ditemukan batas sampai {1} klien pada saat yang sama.',
  'report.confirmed': 'Dikonfirmasi {0} dalam {1}.',
  'report.chosen': 'Bagian ini menjelaskan {0} dari {1} satu per satu. Tabel memuat semuanya.',
  'report.transcript': 'Transkrip interaksi',
  'report.transcript_help': 'Baris-baris pertama setiap sisi pada pengujian {0}, menurut urutan waktu.',
  'report.problem': 'Laporan tidak dapat dibuat: {0}',
  'report.nothing': 'sebutkan pengujian atau rangkaian ujinya, misalnya /report?experiment=3 atau /report?runs=1,2',
};

export default words;
