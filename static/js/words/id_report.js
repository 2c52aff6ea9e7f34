/** Indonesian: the words of the report, key by key as English. */

/** @type {Record<keyof typeof import('./en_report.js').default, string>} */
const words = {
  // the page around the report
  'tools.pdf': 'Simpan sebagai PDF', 'tools.file': 'Simpan sebagai satu berkas HTML', 'tools.page': 'Laporan – Koneksi',
  'tools.problem': 'Laporan tidak dapat dibuat: {0}',
  'tools.nothing': 'sebutkan pengujian atau rangkaian ujinya, misalnya /report?experiments=3 atau /report?runs=1,2',
  'choose.title': 'Isi laporan', 'choose.runs': 'Nomor pengujian', 'choose.experiments': 'Nomor rangkaian uji',
  'choose.button': 'Tampilkan laporan',
  'choose.rules':
    'Pengujian dan rangkaian uji boleh digabung, paling banyak {0} pengujian dan {1} rangkaian uji. Setiap mode diwakili beban terbesarnya yang selesai.',
  'choose.left': 'Laporan ini memuat {0} dari {1} pengujian dan {2} dari {3} rangkaian uji: tidak dapat lebih banyak.',
  'choose.newest': 'Rangkaian uji terbaru',
  'fields.title': 'Data Anda', 'fields.help': 'Dicetak di bagian atas. Data ini tetap di peramban Anda: Koneksi tidak menerimanya.',
  'fields.heading': 'Judul', 'fields.name': 'Nama', 'fields.number': 'NIM', 'fields.course': 'Mata kuliah',

  // the heading
  'heading.title': 'Berapa klien yang sanggup dilayani lingkungan ini?', 'heading.subject': 'Tentang',
  'heading.measured': 'Diukur hingga', 'heading.not_over': 'belum ada pengujian yang selesai', 'heading.with': 'Diukur dengan',
  'heading.run': 'pengujian {0}', 'heading.runs': 'pengujian {0}', 'heading.experiment': 'rangkaian uji {0} ({1})',

  // the question and the answer
  'question': 'Pertanyaan',
  'question.text':
    'Berapa klien yang sanggup dilayani lingkungan ini sebagai thread, melalui thread pool, sebagai proses, dan dalam event loop, secara bersamaan dan secara bergiliran? Batas mana yang menghentikan klien berikutnya, dan bagaimana menaikkannya?',
  'found': 'Yang ditemukan', 'found.source': 'Dari',
  'found.stopped': 'Yang menghentikan klien berikutnya',
  'found.runs': 'pengujian',
  'found.help':
    'Secara bersamaan: setiap klien menahan koneksinya sampai semua mendapat jawaban. Bergiliran: beban terbesar yang kliennya datang dan pergi, dan semuanya selesai. Tanpa pencarian, yang dihitung adalah pengujian terbesar yang selesai.',
  'found.confirmed': 'Kedua jumlah, {0} dan {1}, diulang {2} dengan hasil yang sama, dalam {3}.',
  'found.served_until': 'Setelah pengujian {0} server tidak melayani siapa pun, dan pencarian berakhir di situ.',
  'found.table': 'Jumlah maksimum setiap mode', 'found.loads': 'Beban', 'found.loads_of': 'Beban rangkaian uji {0}', 'found.single': 'Pengujian tersendiri',
  'found.left': 'Tabel ini memuat {0} dari {1}.',

  // how a run came out
  'run.all': '{0}: semua klien selesai.', 'run.queued': '{0}: pengujian menunggu giliran; belum ada yang diukur.',
  'run.running': '{0}: pengujian belum selesai. Sejauh ini {1} dari {2} klien selesai.',
  'run.not_begun': '{0}: {1} sebelum dimulai.', 'run.ended': 'Pengujian itu {0}.', 'run.stopped': '{0}: {1} dari {2} klien selesai.',
  'run.raise': 'Cara menaikkannya: {0}.',

  // the environment
  'environment': 'Lingkungan',
  'environment.several': 'Pengujian-pengujian ini berasal dari beberapa mesin; yang diuraikan adalah mesin pengujian {0}.',
  'environment.server_of': 'model {0}, antrean accept {1}', 'environment.lowered': 'Diturunkan untuk pengujian ini',
  'environment.at_peak': 'Terpakai paling banyak', 'environment.in_run': 'Pengujian',
  'environment.limits_help':
    'Batas yang menghentikan klien atau diperkirakan akan menghentikannya, dan batas yang terpakai separuhnya, dari pengujian setiap mode yang paling mendekatinya.',
  'environment.no_limits': 'Tidak ada batas yang didekati.', 'environment.differ': 'Tidak semua pengujian diukur dalam keadaan yang sama. Perbedaannya:',

  // the method
  'method': 'Metode',
  'method.text':
    'Pembangkit beban menjalankan klien-klien sebuah pengujian, dan server menjawabnya. Setiap klien membuka koneksi, mengirim permintaan, menerima jawaban, lalu menutup koneksi. Jika dilayani secara bersamaan, klien menahan koneksinya sampai semua klien mendapat jawaban atau gagal. Kedua sisi, pembangkit beban dan server, dicuplik seratus kali pada detik pertama dan sepuluh kali pada setiap detik berikutnya. Waktu diambil dari jam monotonik.',
  'method.own': 'Kedua sisi berjalan di mesin yang sama dan berbagi inti prosesor, dan puncaknya dihitung tepat.',
  'method.search':
    'Jumlah maksimum dicari mulai dari jumlah yang diperkirakan dari batas-batasnya: naik selama semua klien selesai dan turun bila sebagian gagal, sampai dua jumlah yang berurutan tiga kali memberi hasil yang sama.',
  'method.classic': 'Beban klasik adalah beban dari percobaan yang diterbitkan. Kliennya datang dan pergi secepat mungkin.',
  'method.sweep': 'Dalam sapuan setiap mode dijalankan dengan setiap jumlah; setiap pasangan satu kali sebelum ada yang dua kali.',
  'method.foreign': 'Sasaran sebagian pengujian bukan server bawaan: {0}.',

  // what the modes are
  'modes': 'Thread, pool, proses, dan event loop', 'modes.table': 'Perbedaannya menurut pengukuran ini',
  'what.thread':
    'Setiap klien adalah satu thread dari pembangkit beban. Semua thread berbagi ruang alamat dan tabel deskriptor; masing-masing memiliki stack sendiri dan merupakan satu task bagi kernel.',
  'what.pool':
    'Thread dalam jumlah tetap mengambil klien secara bergiliran. Seluruhnya dapat melayani berapa pun klien; secara bersamaan, sebanyak jumlah thread-nya.',
  'what.process':
    'Setiap klien adalah satu proses yang dibuat dengan fork, dengan ruang alamat dan tabel deskriptor sendiri. Untuk setiap proses kernel menyalin tabel-tabel induknya.',
  'what.event': 'Satu loop di setiap inti mengawasi semua koneksi dengan epoll. Klien hanyalah koneksi dengan catatan kecil, tanpa task sendiri.',
  'what.uring': 'Satu ring io_uring di setiap inti menangani semua koneksi. Dalam satu panggilan, loop menyerahkan pekerjaan banyak klien kepada kernel. Klien hanyalah koneksi dengan catatan kecil, tanpa task sendiri.',
  'modes.clients': 'Klien (pengujian)', 'modes.start': 'Waktu memulai satu klien', 'modes.cpu': 'Waktu CPU satu klien',
  'modes.memory': 'Memori satu klien', 'modes.machine': 'Memori, seluruh mesin', 'modes.pace': 'Klien per detik (pengujian)',
  'modes.with_run': '{0} ({1})',
  'modes.help':
    'Waktu memulai: sampai klien terakhir hidup, dibagi jumlahnya. Waktu CPU: dari sisi klien. Memori satu klien: pertambahan memori pembangkit beban dibagi jumlah klien yang hidup; pada mode proses, memori milik setiap proses sendiri. Seluruh mesin: pertambahan semua memori yang terpakai, termasuk server dan kernel; program lain ikut terhitung. Tanda pisah: tidak diukur. Pengujiannya terlalu singkat atau kliennya terlalu sedikit: memori satu klien memerlukan 1.000 klien yang hidup bersamaan, waktu CPU seluruhnya 20 ms. Selain itu, klien pool yang bergiliran tidak dimulai sendiri-sendiri.',
  'modes.differ': '{0}: paling sedikit pada {1} ({2}), paling banyak pada {3} ({4}), {5} kali lipat.',

  // the charts
  'charts': 'Grafik', 'charts.maxima_help': 'menurut perkiraan dari batas-batasnya, dan yang terukur',
  'charts.pace': 'Klien per detik', 'charts.pace_help': 'jumlah klien yang selesai dibagi durasi pengujian',
  'charts.peaks': 'Terbanyak secara bersamaan', 'charts.peaks_help': 'menurut hitungan tiap sisi; pada server lain daripada server bawaan, menurut cuplikan',
  'charts.client': 'Thread atau proses klien', 'charts.connections': 'Koneksi, sisi server',
  'charts.latency': 'Durasi satu klien', 'charts.latency_help': 'p50: separuh klien memerlukan paling lama sekian; p99: 99 dari 100',
  'charts.sides': 'Kedua sisi pada pengujian {0}', 'charts.sides_help': 'yang hidup pada setiap saat; menurut hitungan paling banyak {0} dan {1}', 'charts.alive': 'Hidup',
  'charts.short': 'Pengujian ini terlalu singkat untuk garis sepanjang waktu, karena puncaknya tidak terekam cuplikan: {0}. Puncak yang dihitung ada dalam batang.',
  'charts.short_run': 'pengujian {0} ({1}, {2})', 'charts.samples': '{0} cuplikan',

  // the interaction of both sides
  'sides': 'Interaksi kedua sisi',
  'sides.client': 'Pengujian {0}, {1}: sisi klien memulai {2} dalam {3}, dengan paling banyak {4} yang hidup secara bersamaan.',
  'sides.server':
    'Server TIME (model {0}) menerima {1}, paling banyak {2} yang terbuka secara bersamaan, dengan paling banyak {3}, termasuk yang menerima koneksi.',
  'sides.foreign': 'Sasarannya {0} bukan server bawaan, dan tidak dapat diamati.',
  'sides.watched_threads': 'Server, {0}, memiliki {1}.', 'sides.watched': 'Server, {0}, membuka {1} secara bersamaan, dengan {2}.',
  'sides.none': 'Pengujian {0}, {1}: tidak ada klien yang dimulai.', 'sides.model': 'Model server {0}: {1}',
  'sides.chosen': 'Bagian ini menjelaskan {0} dari {1} satu per satu.',
  'sides.transcript': 'Baris-baris pertama setiap sisi pada pengujian {0}, menurut urutan waktu:',

  // the conclusion
  'end': 'Kesimpulan', 'end.carried': 'Secara bersamaan lingkungan ini sanggup melayani {0}.',
  'end.as.thread': '{0} sebagai thread', 'end.as.pool': '{0} dalam thread pool', 'end.as.process': '{0} sebagai proses', 'end.as.event': '{0} dalam event loop', 'end.as.uring': '{0} melalui io_uring',
  'end.lowered': '{0} ({1}, diturunkan)',
  'place.host': 'di host {0}', 'end.carried_at': 'Secara bersamaan {1} dilayani ({0}).', 'end.at_place': '{0} ({1})',
  'end.unfinished': 'Dalam pengujian ini tidak ada pencarian jumlah maksimum klien secara bersamaan yang tuntas.',
  'end.none': 'Pengujian-pengujian ini tidak mencari jumlah maksimum klien secara bersamaan.',
  'end.same': 'Pada setiap mode itu batas yang sama menghentikan klien berikutnya: {0}.',
  'end.compared': 'Dibandingkan dengan percobaan yang diterbitkan:',
  'end.thread':
    'Percobaan itu menyelesaikan 4.500 thread dan tidak selesai dengan 5.000. Setelah dijalankan ulang dan diukur, ternyata bukan thread yang menghentikannya: servernya memanggil listen(1), sehingga antrean accept yang penuh membuang jabat tangan, dan kliennya menunggu lalu mencoba lagi.',
  'end.pool':
    'Percobaan itu melayani 500.000 klien melalui pool. Mereka dilayani bergiliran: setiap thread pool mengambil klien berikutnya setelah selesai dengan yang satu, sehingga koneksi yang terbuka tidak lebih banyak daripada thread-nya. Yang dihitung adalah seluruh klien, bukan klien secara bersamaan.',
  'end.process':
    'Percobaan itu berhenti pada 2.044 proses. Setelah dijalankan ulang dan diukur, penyebabnya RLIMIT_NOFILE dari proses induk Python, yang memerlukan dua deskriptor untuk setiap anak, dan bukan batas jumlah proses.',
  'end.event': 'Percobaan itu tidak memakai event loop.',
  'end.uring': 'Percobaan itu tidak memakai io_uring.',
  'end.equal': 'Di sini {0} selesai (pengujian {1}), sama banyaknya.',
  'end.more': 'Di sini {0} selesai (pengujian {1}), lebih dari itu.', 'end.queue': 'Antrean accept server ini memuat {0}.',
  'end.own_table': 'Di sini setiap proses klien memiliki tabel deskriptor sendiri, dan induknya tidak menyimpan satu deskriptor pun untuknya.',
  'end.in_turn': 'Di sini {0} selesai secara bergiliran (pengujian {1}), {2} per detik, dengan {3} dalam pool dan paling banyak {4} terbuka secara bersamaan.',
  'end.less': 'Beban terbesar yang selesai di sini {0} (pengujian {1}): pengujian-pengujian ini tidak mencapai jumlah yang diterbitkan.',
  'end.missing': 'Tidak diukur di sini.', 'end.no_load': 'Tidak ada beban mode ini yang selesai di sini.',
  'end.at_once': 'Secara bersamaan jumlah maksimumnya {0}; {1} menghentikan klien berikutnya.', 'end.at_once_unknown': 'Secara bersamaan jumlah maksimumnya {0}.',
  'end.at_least': 'Secara bersamaan {0} terlayani, dan sampai di sana tidak ditemukan batas.',
  'end.short_of': 'Itu lebih sedikit daripada perkiraan dari batas-batasnya ({0}).',
};

export default words;
